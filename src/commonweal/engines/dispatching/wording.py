"""Reasons in words, English and Spanish. Codes of places, certificates and units are shown as given."""

from collections.abc import Mapping

from commonweal.engines.dispatching.values import Reason

ENGLISH: Mapping[str, str] = {
    "arrives": "{unit} arrives in {minutes} min",
    "joins_remotely": "{unit} joins by phone or video at once",
    "meets_on_site": "two units meet on site, {wait} min apart",
    "rides_together": "officer and clinician ride together",
    "holds_certificate": "certificate in force: {certificate}",
    "speaks": "speaks the person's language ({language})",
    "interpreter": "nobody aboard speaks {language}: use an interpreter",
    "knows_person": "{unit} has met this person before",
    "long_duty": "{unit} is tired: {hours} h on duty, or short rest before",
    "leaves_short": "leaves {area} with {left} of {wanted} free units",
    "fallback": "not what was asked for: {model} instead of {asked}",
    "busy": "busy: {status}",
    "off_duty": "off duty",
    "out_of_service": "out of service",
    "duty_too_long": "{hours} h on duty, the limit is {limit} h",
    "place_unknown": "position or travel time unknown",
    "too_far": "{minutes} min away, the limit is {limit} min",
    "skill_missing": "lacks the skill {skill}",
    "certificate_lapsed": "certificate {certificate} for {role} lapsed on {on}",
    "certificate_missing": "lacks certificate {certificate} for {role}",
    "wrong_kind": "a {kind} unit does not provide {needed}",
    "tier_above_model": "tier {tier} is above what a {model} response should meet alone",
    "nobody_free": "no free unit can make a {model} response now",
    "role_unfilled": "nobody free for the role {role}",
}
SPANISH: Mapping[str, str] = {
    "arrives": "{unit} llega en {minutes} min",
    "joins_remotely": "{unit} se incorpora de inmediato por teléfono o video",
    "meets_on_site": "dos unidades se encuentran en el lugar, con {wait} min de diferencia",
    "rides_together": "agente y profesional clínico viajan juntos",
    "holds_certificate": "certificado vigente: {certificate}",
    "speaks": "habla el idioma de la persona ({language})",
    "interpreter": "nadie a bordo habla {language}: use un intérprete",
    "knows_person": "{unit} ya ha atendido a esta persona",
    "long_duty": "{unit} está cansada: {hours} h de servicio, o poco descanso previo",
    "leaves_short": "deja {area} con {left} de {wanted} unidades libres",
    "fallback": "no es lo solicitado: {model} en lugar de {asked}",
    "busy": "ocupada: {status}",
    "off_duty": "fuera de turno",
    "out_of_service": "fuera de servicio",
    "duty_too_long": "{hours} h de servicio, el límite es {limit} h",
    "place_unknown": "posición o tiempo de viaje desconocidos",
    "too_far": "a {minutes} min, el límite es {limit} min",
    "skill_missing": "le falta la habilidad {skill}",
    "certificate_lapsed": "el certificado {certificate} para {role} venció el {on}",
    "certificate_missing": "le falta el certificado {certificate} para {role}",
    "wrong_kind": "una unidad {kind} no ofrece {needed}",
    "tier_above_model": "el nivel {tier} supera lo que una respuesta {model} debe atender sola",
    "nobody_free": "ninguna unidad libre puede dar ahora esta respuesta: {model}",
    "role_unfilled": "nadie libre para la función {role}",
}
ROLE_AND_MODEL_NAMES: Mapping[str, tuple[str, str]] = {
    "officer": ("officer", "agente"),
    "cit_officer": ("CIT officer", "agente CIT"),
    "clinician": ("clinician", "profesional clínico"),
    "crisis_worker": ("crisis worker", "trabajador de crisis"),
    "medic": ("medic", "paramédico"),
    "remote_clinician": ("remote clinician", "profesional clínico a distancia"),
    "co_response": ("co-response", "respuesta conjunta"),
    "tele_co_response": ("tele-co-response", "respuesta conjunta por video"),
    "civilian_crisis": ("civilian crisis team", "equipo civil de crisis"),
    "patrol": ("patrol", "patrulla"),
    "ems": ("EMS", "servicio médico de emergencia"),
    "cit": ("CIT", "CIT"),
    "crisis_team": ("crisis team", "equipo de crisis"),
    "fire": ("fire", "bomberos"),
    "tele": ("remote clinician", "profesional clínico a distancia"),
    "outreach": ("outreach", "acercamiento"),
    "outreach_worker": ("outreach worker", "trabajador de acercamiento"),
    "available": ("available", "disponible"),
    "assigned": ("assigned", "asignada"),
    "enroute": ("on the way", "en camino"),
    "on_scene": ("on scene", "en el lugar"),
    "transporting": ("transporting", "en traslado"),
    "at_destination": ("at destination", "en el destino"),
}
NAMED_PARAMS = frozenset({"role", "model", "asked", "status", "kind", "needed"})


def in_words(reason: Reason, language: str = "en") -> str:
    """The reason as a phrase in English or (for "es", "es-MX") Spanish; any other language gets English."""
    spanish = language.split("-")[0] == "es"
    phrase = (SPANISH if spanish else ENGLISH)[reason.code]
    return phrase.format(**{key: named(key, value, spanish) for key, value in reason.params})


def named(key: str, value: str | float, spanish: bool) -> str:
    """A parameter as shown: whole numbers without a point, roles and models by their name."""
    if isinstance(value, float):
        return f"{value:g}"
    if key not in NAMED_PARAMS:
        return str(value)
    names = [ROLE_AND_MODEL_NAMES.get(v, (str(v), str(v)))[spanish] for v in str(value).split(" + ")]
    return (" y " if spanish else " and ").join(names)
