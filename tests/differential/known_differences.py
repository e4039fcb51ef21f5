"""Where the peers answer otherwise and why; docs/dns-decisions.md gives the reasons at length."""

import dns.name
import dns.rdatatype as T


def covered_type(record):
    return int.from_bytes(record[3][:2], "big")


def is_denial(record):
    return record[2] in (T.NSEC, T.NSEC3) or (record[2] == T.RRSIG
                                              and covered_type(record) in (T.NSEC, T.NSEC3))


def question_of(answer):
    question = answer.message.question[0]
    return question.name.canonicalize(), question.rdtype


def cname_targets(answer):
    return {dns.name.from_wire(r[3], 0)[0] for r in answer.answer if r[2] == T.CNAME}


def leaves_the_zone(validator, ours, theirs):
    """The peers end a chain at the border of the zone, though they serve the next one too. Knot
    refers to it when it is a child."""
    origin = validator.zone_of(*question_of(ours))
    if origin is None or theirs.answer - ours.answer:
        return False
    outside = [t for t in cname_targets(ours) if validator.zone_of(t) != origin]
    return bool(outside)


def dname_links(answer):
    """How often each DNAME of the answer was applied."""
    owners = answer.owners(answer.answer, T.DNAME)
    names = answer.owners(answer.answer, T.CNAME)
    return [sum(name != owner and name.is_subdomain(owner) for name in names) for owner in owners]


def is_loop(answer):
    """Every name of the chain leads to another one of it."""
    return bool(answer.answer) and cname_targets(answer) <= answer.owners(answer.answer, T.CNAME)


def long_chain(peer, ours, theirs):
    """A loop, or a DNAME that leads below itself and makes ever longer names."""
    if theirs.answer - ours.answer:
        return None
    links = dname_links(ours)
    if peer == "nsd" and links and max(links) > 1:
        return "a DNAME is applied once"
    if peer == "named" and theirs.rcode == "SERVFAIL" and (is_loop(ours) or sum(links) > 10):
        return "SERVFAIL for a loop or a long chain"
    if peer == "knot" and links and max(links) > 1:
        return "a chain of DNAMEs ends early"
    return None


def any_question(ours, theirs):
    """RFC 8482 leaves open which RRsets answer ANY; that there are some must agree."""
    if question_of(ours)[1] != T.ANY or ours.rcode != theirs.rcode or ours.aa != theirs.aa:
        return None
    # BIND shows no DS to ANY, even when nothing else is there.
    if ours.answer and (theirs.answer or all(r[2] == T.DS for r in ours.answer)):
        return "another choice of RRsets for ANY"
    return None


def any_below_dname(peer, ours, theirs):
    """RFC 6672 §3.2 goes on with the name that was made, whatever the type."""
    if question_of(ours)[1] != T.ANY or peer != "named" or not dname_links(ours):
        return None
    if theirs.rcode == "NOERROR" and theirs.answer <= ours.answer:
        return "ANY ends at the name that a DNAME made"
    return None


def ds_after_a_chain(validator, peer, parts, ours, theirs):
    """The DS of a served child is asked of its parent, also when a chain leads to its apex."""
    name, kind = question_of(ours)
    if kind != T.DS or not set(parts) <= {"answer", "authority"} or not ours.answer:
        return None
    last = cname_targets(ours) - ours.owners(ours.answer, T.CNAME)
    if any(validator.zone_of(t) == t for t in last):
        return "DS at the end of a chain from the child"
    return None


def dnssec_question(peer, parts, ours, theirs):
    kind = question_of(ours)[1]
    if (kind == T.RRSIG and peer == "knot" and set(parts) <= {"answer", "authority"}
            and theirs.answer <= ours.answer and theirs.authority <= ours.authority):
        return "one RRSIG for RRSIG"
    if kind == T.NSEC and peer == "nsd" and parts == ["authority"] and ours.is_positive:
        return "another proof beside a synthesized NSEC"
    if kind not in (T.NSEC, T.RRSIG):
        return None
    if peer in ("named", "knot") and cname_targets(ours) and not theirs.is_referral:
        return "a CNAME is no alias for NSEC and RRSIG"
    if peer == "named" and ours.is_referral and theirs.aa:
        return "NSEC at a cut from the parent"
    return None


def shadowed(zone, validator, ours):
    """NSD keeps all zones in one tree: what a parent has below a cut exists in the child."""
    names = {question_of(ours)[0]} | cname_targets(ours)
    for name in names:
        child = validator.zone_of(name)
        if child is None or validator.zone_of(child.parent()) is None:
            continue
        for owner in zone.owner_names() | (zone.parent.owner_names() if zone.parent else set()):
            if owner == child or not owner.is_subdomain(child):
                continue
            # A wildcard may be an empty non-terminal: what is below one makes it exist.
            for size in range(len(child) + 1, len(owner) + 1):
                above = owner.split(size)[1]
                if above.is_wild() and name.is_subdomain(above.parent()):
                    return True
            if name.fullcompare(owner)[2] > len(child):
                return True
    return False


def unproved(peer, ours, theirs):
    """Knot has no answer where a name above opted-out delegations only is the encloser."""
    empty = not (theirs.answer or theirs.authority or theirs.aa)
    if peer == "knot" and empty and ours.rcode == theirs.rcode == "NXDOMAIN":
        if any(r[2] == T.NSEC3 for r in ours.authority):
            return "nothing where opt-out leaves the encloser unproved"
    return None


def explain(zone, validator, peer, parts, ours, theirs):
    """A few words for a difference that is understood, None for one that is not."""
    if leaves_the_zone(validator, ours, theirs):
        return "chain ends at the border of the zone"
    why = (any_question(ours, theirs) or any_below_dname(peer, ours, theirs)
           or dnssec_question(peer, parts, ours, theirs) or long_chain(peer, ours, theirs)
           or ds_after_a_chain(validator, peer, parts, ours, theirs)
           or unproved(peer, ours, theirs))
    if why:
        return why
    if parts == ["glue"]:
        return explain_glue(zone, peer, ours.essence()["glue"], theirs.essence()["glue"])
    if parts == ["authority"]:
        why = explain_proof(validator, ours, theirs)
        if why:
            return why
    if peer == "nsd" and shadowed(zone, validator, ours):
        return "occluded names of the parent exist in the child"
    return None


def explain_glue(zone, peer, ours, theirs):
    more = {owner for owner, _, _, _ in theirs - ours}
    if peer == "named" and all(any(o.is_subdomain(d) and o != d for d in zone.owner_names("DNAME"))
                               for o in more):
        return ("addresses from below a DNAME" if more
                else "no addresses of name servers outside the delegated zone")
    if peer in ("nsd", "knot") and ours < theirs and not more & zone.owner_names():
        return "glue from a wildcard below the cut"
    return None


def explain_proof(validator, ours, theirs):
    """Ours validates (that is checked for every answer), so what they may do is do too much."""
    if not all(is_denial(r) for r in ours.authority ^ theirs.authority):
        return None
    if validator.problem(theirs):
        return "the proof would not convince a validator"
    if not ours.authority - theirs.authority:
        return "more NSEC or NSEC3 records than are needed"
    return None
