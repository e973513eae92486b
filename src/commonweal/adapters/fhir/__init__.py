"""HL7 FHIR R4 referrals out."""
