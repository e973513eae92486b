"""Who is one person, from pairs: joined best first, never across a human's "no", never by a chain alone."""

from collections.abc import Callable, Collection, Iterable, Sequence

Pair = frozenset[str]


def clusters(
    ids: Sequence[str],
    links: Iterable[tuple[str, str, float]],
    agrees: Callable[[str, str], bool],
    must_not_link: Collection[Pair],
) -> list[tuple[str, ...]]:
    """Groups of ids, each of one person as far as is known; every id is in exactly one, alone if need be.

    `links` are (id, id, weight) strong enough to join, taken by weight. Two groups join only when no pair
    between them must not be linked and more than half of the pairs between them agree by themselves: A like
    B and B like C do not make A and C one person. Costs the product of the groups' sizes for each join.
    """
    group_of = {id: i for i, id in enumerate(ids)}
    members: dict[int, list[str]] = {i: [id] for i, id in enumerate(ids)}
    forbidden = {frozenset(pair) for pair in must_not_link}
    for a, b, _ in sorted(links, key=lambda link: (-link[2], link[0], link[1])):
        one, other = group_of[a], group_of[b]
        if one == other or not may_join(members[one], members[other], agrees, forbidden):
            continue
        smaller, larger = sorted((one, other), key=lambda g: len(members[g]))
        for id in members[smaller]:
            group_of[id] = larger
        members[larger] += members.pop(smaller)
    return sorted(tuple(sorted(group)) for group in members.values())


def may_join(
    one: Sequence[str], other: Sequence[str], agrees: Callable[[str, str], bool], forbidden: Collection[Pair]
) -> bool:
    """No pair between the groups is forbidden, and more than half of them agree."""
    pairs = [(a, b) for a in one for b in other]
    if any(frozenset(pair) in forbidden for pair in pairs):
        return False
    return 2 * sum(agrees(a, b) for a, b in pairs) > len(pairs)
