"""The field app of a co-responder, clinician, medic or officer."""
