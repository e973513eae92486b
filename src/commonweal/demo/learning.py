"""What workers learned, and what residents said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from commonweal.demo import pack
from commonweal.demo.organization import Organization, Worker
from commonweal.demo.pack import CourseFacts, Random

FEEDBACK = 360
AGES = {"18 to 24": 30_500, "25 to 44": 78_000, "45 to 64": 71_500, "65 or older": 42_000}
LOUDER = {"65 or older": 2.2, "45 to 64": 1.3, "18 to 24": 0.4}  # who answers more, or less, than others
TOPICS = {"call": 0.2, "visit": 0.4, "service": 0.15, "transport": 0.05, "safety": 0.1, "language": 0.1}


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting of a course, with the workers who came."""

    key: str
    course: str
    starts: datetime
    place: str
    attended: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a worker holds, and until when; `session` is where it was earned."""

    worker: str
    kind: str
    valid_from: date
    valid_until: date
    session: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody said of an encounter, scores from 1 to 5, and how it was answered."""

    agency: str
    source: str
    respect: int
    safety: int
    helped: int
    topic: str
    text: str
    language: str
    received_at: datetime
    reply: str
    age: str
    area: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with residents, with the commitments made there: words in both languages, due, kept."""

    title_en: str
    title_es: str
    starts: datetime
    place: str
    commitments: tuple[tuple[str, str, date, date | None], ...]


def training(seed: int, organization: Organization, today: date) -> tuple[list[Session], list[Certificate]]:
    """Return sessions and certificates: each worker's courses by role, some of them lapsed."""
    random = pack.stream(seed, "training")
    sessions: list[Session] = []
    certificates: list[Certificate] = []
    for course in pack.words()["courses"]:
        learners = [worker for worker in organization.workers if worker.role in course["roles"]]
        for part in range(4):
            class_ = learners[part::4]
            held = today - timedelta(
                days=int(course["months"] * 30.4 * (0.08 + 0.235 * part)) + int(random.integers(0, 9))
            )
            session = _session(course, held, class_)
            sessions.append(session)
            certificates += [_certificate(random, course, held, worker, session.key) for worker in class_]
    return sessions, certificates


def _session(course: CourseFacts, held: date, class_: list[Worker]) -> Session:
    starts = datetime.combine(held, time(16), UTC)
    attended = tuple(worker.key for worker in class_)
    return Session(f"{course['code']}.{held}", course["code"], starts, "County training center", attended)


def _certificate(
    random: Random, course: CourseFacts, held: date, worker: Worker, session: str
) -> Certificate:
    """In force for the course's months; about one in fourteen was earned a term earlier and has lapsed."""
    months = course["months"]
    since = held - timedelta(days=int(months * 30.4)) if random.random() < 0.07 else held
    return Certificate(
        worker.key, course["certificate"], since, since + timedelta(days=int(months * 30.4)), session
    )


def feedback(seed: int, now: datetime) -> list[Feedback]:
    """Return what residents said over the year; most of it answered."""
    random = pack.stream(seed, "feedback")
    agencies = pack.pick(random, {"health": 0.6, "harlow_pd": 0.2, "ecc": 0.1, "commons": 0.1}, FEEDBACK)
    topics = pack.pick(random, TOPICS, FEEDBACK)
    others = pack.stream(seed, "who answered")
    towns = {town["name"]: float(town["residents"]) for town in pack.county()["towns"]}
    ages = pack.pick(others, {age: people * LOUDER.get(age, 1) for age, people in AGES.items()}, FEEDBACK)
    areas = pack.pick(others, towns, FEEDBACK)
    found = []
    for number in range(FEEDBACK):
        language = "es" if random.random() < 0.22 else "en"
        texts, replies = pack.words()["feedback"][language], pack.words()["replies"]
        good = 1.4 if agencies[number] == "health" else 0.7
        scores = [int(min(5, max(1, round(random.normal(2.9 + good, 1))))) for _ in range(3)]
        found.append(
            Feedback(
                agency=agencies[number],
                source=str(random.choice(["card", "web", "paper", "phone"], p=[0.5, 0.3, 0.15, 0.05])),
                respect=scores[0],
                safety=scores[1],
                helped=scores[2],
                topic=topics[number],
                text=texts[int(random.integers(len(texts)))] if random.random() < 0.7 else "",
                language=language,
                received_at=now - timedelta(days=float(random.uniform(0.2, 360))),
                reply=replies[int(random.integers(len(replies)))] if random.random() < 0.8 else "",
                age=ages[number] if others.random() < 0.85 else "",
                area=areas[number] if others.random() < 0.9 else "",
            )
        )
    return sorted(found, key=lambda said: said.received_at)


def meetings(seed: int, today: date) -> list[Meeting]:
    """Return four meetings: three held, one to come; commitments with what became of them."""
    random = pack.stream(seed, "meetings")
    promises = [(english, spanish) for english, spanish in pack.words()["commitments"]]
    found = []
    for number, (english, spanish) in enumerate(pack.words()["meetings"]):
        held = today + timedelta(days=(-270, -150, -40, 18)[number % 4])
        made = [promises[(number * 2 + step) % len(promises)] for step in range(0 if held > today else 2)]
        commitments = []
        for en, es in made:
            due = held + timedelta(days=int(random.integers(60, 160)))
            kept = due - timedelta(days=int(random.integers(1, 30)))
            commitments.append((en, es, due, kept if kept < today and random.random() < 0.75 else None))
        starts = datetime.combine(held, time(1), UTC) + timedelta(days=1)
        found.append(Meeting(english, spanish, starts, "Harlow Central Library", tuple(commitments)))
    return found
