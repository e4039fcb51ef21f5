// Rules about signed zones. A signed zone is long and the defect lies in one record of it, so the
// examples show that record; tests/lint/test_pages.py puts it into a signed zone, and
// tests/lint/test_dnssec.py plants each defect in zones signed by real signers.
#include <array>

#include "rule_tables.h"

namespace lapis::lint {
namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
constexpr auto note = Severity::note;

constexpr const char* resign = "Sign the zone anew.";

constexpr auto table = std::to_array<RuleInfo>({
    {"unsigned-with-keys", note, "keys without signatures",
     "The zone has DNSKEY records and no RRSIG record. That is right for the input of a signer "
     "and\n"
     "wrong for a zone that is served while its parent has DS records. An error where NSEC or "
     "NSEC3 "
     "records\n"
     "show that the zone was signed.",
     "RFC 4035 section 2.2",
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=\n"
     "@ DNSKEY 257 3 15 7WwxNC5a0Vw/LBDIqFIRjtmGTM+nhfHIkjeg6KGN+hY=",
     "; signed\n"
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=\n"
     "@ DNSKEY 257 3 15 7WwxNC5a0Vw/LBDIqFIRjtmGTM+nhfHIkjeg6KGN+hY=\n"
     "@ RRSIG DNSKEY 15 2 3600 20360101000000 20260101000000 47782 example.com. "
     "X4C37kiDVp6WFwzJPUBaYReHS9mTc0872Tm6ULYHWRtfe3uPircc3toQsbIQzxv09ZWDagNc5XXPyNeaEHsiCg==",
     "Serve the signer's output."},
    {"rrsig-without-keys", error, "signatures without keys",
     "Without DNSKEY records at the apex no signature can be verified. In a zone whose SOA record "
     "is\n"
     "not signed it is a note: the signatures are leftovers then.",
     "RFC 4035 section 2.1",
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     resign},
    {"rrsig-missing", error, "an RRset without signature",
     "Every RRset that the zone is authoritative for must be signed; validators refuse this one.\n"
     "NS records of delegations and glue are not signed.",
     "RFC 4035 section 2.2",
     "; signed\n"
     "new A 192.0.2.81",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     resign},
    {"rrsig-missing-algorithm", warning, "an RRset without signature by one of the algorithms",
     "Each RRset must have a signature by each algorithm among the DNSKEY records. In a change of\n"
     "algorithm the signatures are added before the key and removed after it.",
     "RFC 4035 section 2.2; RFC 6781 section 4.1.4",
     "; signed\n"
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=\n"
     "@ DNSKEY 257 3 15 7WwxNC5a0Vw/LBDIqFIRjtmGTM+nhfHIkjeg6KGN+hY=\n"
     "@ DNSKEY 256 3 13 "
     "mVH+mz48cr6ZiG40q42aNXgQCihaPkNC1sR0HzmEge8uqR23rqo2RyoGOtv89Q+8rDahkvAk0s9GF29I01EMUA==",
     "; signed\n"
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=\n"
     "@ DNSKEY 257 3 15 7WwxNC5a0Vw/LBDIqFIRjtmGTM+nhfHIkjeg6KGN+hY=",
     "Sign with all algorithms, or remove the key."},
    {"rrsig-extra", warning, "a signature over nothing",
     "The name does not have records of the type that the signature covers, or they are glue or "
     "the\n"
     "NS records of a delegation, which are not signed.",
     "RFC 4035 section 2.2",
     "; signed\n"
     "www RRSIG AAAA 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     resign},
    {"rrsig-fields", error, "a signature whose fields do not fit",
     "The signer must be the zone, the label count that of the owner without wildcard, and the "
     "end\n"
     "must lie behind the beginning.",
     "RFC 4034 section 3.1",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.net. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     resign},
    {"rrsig-ttl", warning, "a signature with another TTL than its records",
     "The original TTL and the signature's own TTL must be that of the RRset it covers.",
     "RFC 4034 section 3, 3.1.4",
     "; signed\n"
     "www 300 A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     resign},
    {"rrsig-no-key", error, "a signature by a key the zone does not have",
     "No DNSKEY record has the signature's key tag and algorithm, so it can't be verified.",
     "RFC 4035 section 5.3.1",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41192 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     "Publish the key, or sign the zone anew."},
    {"rrsig-invalid", error, "a signature that does not verify",
     "The records or the signature were changed after signing; validators refuse the records.",
     "RFC 4035 section 5.3.3",
     "; signed\n"
     "www A 192.0.2.81\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     resign},
    {"rrsig-expired", error, "a signature that has expired",
     "Validators refuse the records. The time is now, or that of --at.", "RFC 4035 section 5.3.1",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20260101000000 20250101000000 41191 example.com. "
     "MhcFgKPGPWsXO+ZNolvegqdx4zYFV8friqgoR17JGgJI7jsgbVM54Dy+RcBGRk414ShLSStA/yo0zHsZ9e1NCQ==",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     resign},
    {"rrsig-not-yet-valid", error, "a signature that is not valid yet",
     "Validators refuse the records. The time is now, or that of --at.", "RFC 4035 section 5.3.1",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20370101000000 20270101000000 41191 example.com. "
     "JyAu/wKO+DNcgHGG8sBLS9MXawbmWE4DAs1Ih8dNJPbsYviBouIMtd9sQrMMqaP7Kr/cYkoBttDxx5EYY/L4Ag==",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     "Check the signer's clock and wait, or sign the zone anew."},
    {"rrsig-expires-soon", warning, "a signature that is about to expire",
     "It ends within the margin (three days, or that of --expiry-margin). Secondaries and caches "
     "hold\n"
     "the records for some time after a new signature is published.",
     "RFC 6781 section 4.4.2",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20260602000000 20260501000000 41191 example.com. "
     "P93mIXsV1xEHzbBiaO8inClKxyQK0fjSEDrf/dofnmw4aTCgOn0hWKF9Pna8zeBEjefN164E9wviDkM5NmIpBA==",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     resign},
    {"dnskey-not-signed", error, "keys that no key-signing key has signed",
     "DS records lead to keys with the SEP bit. None of those has a valid signature over the "
     "DNSKEY\n"
     "records, so the chain of trust ends there.",
     "RFC 4035 section 5.2",
     "; signed\n"
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=\n"
     "@ DNSKEY 257 3 15 7WwxNC5a0Vw/LBDIqFIRjtmGTM+nhfHIkjeg6KGN+hY=\n"
     "@ RRSIG DNSKEY 15 2 3600 20360101000000 20260101000000 41191 example.com. "
     "zPqs+xv2ufCmDwC6YRSTpfOOkmnc/Fz0poroT5BhCv4FxZ+5tZA2kr/RD4Dwi7jpu20g4UvGWrWOq9zHSxwCCA==",
     "; signed\n"
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=\n"
     "@ DNSKEY 257 3 15 7WwxNC5a0Vw/LBDIqFIRjtmGTM+nhfHIkjeg6KGN+hY=\n"
     "@ RRSIG DNSKEY 15 2 3600 20360101000000 20260101000000 47782 example.com. "
     "X4C37kiDVp6WFwzJPUBaYReHS9mTc0872Tm6ULYHWRtfe3uPircc3toQsbIQzxv09ZWDagNc5XXPyNeaEHsiCg==",
     "Sign the DNSKEY records with the key-signing key."},
    {"dnskey-fields", error, "a DNSKEY record whose fields do not fit",
     "The protocol must be 3 and the flags must have the bit 256; then there may be the bits 1 "
     "(SEP)\n"
     "and 128 (revoked). Other bits are a note.",
     "RFC 4034 section 2.1", "@ DNSKEY 256 4 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=",
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=",
     "Publish the record as the signer prints it."},
    {"dnskey-malformed", error, "a DNSKEY record that holds no key",
     "The data is no public key of the algorithm.", "RFC 4034 section 2.1.4",
     "@ DNSKEY 256 3 15 AAAA", "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=",
     "Publish the record as the signer prints it."},
    {"dnskey-weak", warning, "an RSA key that is too short",
     "Below 1024 bits is an error, below 2048 a warning for key-signing keys and a note for "
     "others.",
     "RFC 6781 section 3.4.2",
     "@ DNSKEY 257 3 8 "
     "AwEAAamfPw/zzPBxzq0NFzA8YZ46V9T/uBtKJUwWZinwsuMD7AnBha/97OpbrTBCMF7v/7gAVyUw6laHj/"
     "9VWzKrqfU3B7FEB25g3tXkUNk3jmsyorbWQGaU4SIIywzQr4K2ctX1+/"
     "6WJcRRRMGkYi1WMK9d5Qz8qdA7cScgwVEduuuJ",
     "@ DNSKEY 257 3 15 7WwxNC5a0Vw/LBDIqFIRjtmGTM+nhfHIkjeg6KGN+hY=",
     "Use ECDSAP256SHA256, or RSA with 2048 bits."},
    {"dnskey-placement", warning, "a DNSKEY record below the apex",
     "Keys of a zone stand at its apex only.", "RFC 4035 section 2.1",
     "www DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
     "@ DNSKEY 257 3 15 7WwxNC5a0Vw/LBDIqFIRjtmGTM+nhfHIkjeg6KGN+hY=",
     "Move it to the apex of its own zone."},
    {"dnskey-same-tag", note, "two keys with one tag",
     "Validators must try both keys for each signature, and some limit how often they do.",
     "RFC 4034 section 8",
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=\n"
     "@ DNSKEY 256 3 15 DdyfF6+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=",
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=", "Make another key."},
    {"dnssec-algorithm", warning, "a signing algorithm that should not be used",
     "RSAMD5, DSA and GOST are errors: nobody validates them. RSASHA1 is on its way there. "
     "RSASHA512\n"
     "is a note.",
     "RFC 8624 section 3.1; RFC 9905",
     "@ DNSKEY 256 3 5 "
     "AwEAAamfPw/zzPBxzq0NFzA8YZ46V9T/uBtKJUwWZinwsuMD7AnBha/97OpbrTBCMF7v/7gAVyUw6laHj/"
     "9VWzKrqfU3B7FEB25g3tXkUNk3jmsyorbWQGaU4SIIywzQr4K2ctX1+/"
     "6WJcRRRMGkYi1WMK9d5Qz8qdA7cScgwVEduuuJ",
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=",
     "Change to ECDSAP256SHA256 (13)."},
    {"no-denial", error, "a signed zone without NSEC and NSEC3 records",
     "No name or type can be denied, so validators refuse every negative answer.",
     "RFC 4035 section 2.3",
     "; signed no-denial.zone\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==\n"
     "www 300 NSEC _25._tcp.www.example.com. A RRSIG NSEC",
     resign},
    {"nsec-missing", error, "a name without NSEC record",
     "Every name with authoritative data or a delegation has an NSEC record.",
     "RFC 4035 section 2.3",
     "; signed\n"
     "new A 192.0.2.80\n"
     "new RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     "; signed\n"
     "www A 192.0.2.80\n"
     "www RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==\n"
     "www 300 NSEC _25._tcp.www.example.com. A RRSIG NSEC",
     resign},
    {"nsec-extra", error, "an NSEC record that does not belong there",
     "Glue, names below a delegation and names without records have none, and a name has only one.",
     "RFC 4035 section 2.3",
     "; signed\n"
     "www 300 NSEC _25._tcp.www.example.com. A RRSIG NSEC\n"
     "www 300 NSEC www.example.com. A RRSIG NSEC",
     "; signed\n"
     "www 300 NSEC _25._tcp.www.example.com. A RRSIG NSEC",
     resign},
    {"nsec-next", error, "an NSEC record with a wrong next name",
     "The records form one ring in canonical order. A wrong next name denies names that exist, or\n"
     "leaves names without a denial.",
     "RFC 4034 section 4.1.1",
     "; signed\n"
     "ns1 300 NSEC www.example.com. A RRSIG NSEC",
     "; signed\n"
     "ns1 300 NSEC ns2.example.com. A RRSIG NSEC",
     resign},
    {"nsec-bitmap", error, "an NSEC record with wrong types",
     "The record lists exactly the types of its name: a type that is not listed is denied "
     "although\n"
     "it is there.",
     "RFC 4034 section 4.1.2",
     "; signed\n"
     "www 300 NSEC _25._tcp.www.example.com. A AAAA RRSIG NSEC",
     "; signed\n"
     "www 300 NSEC _25._tcp.www.example.com. A RRSIG NSEC",
     resign},
    {"nsec-ttl", note, "an NSEC TTL above that of negative answers",
     "It should be the lesser of the SOA's TTL and its last field.", "RFC 9077 section 3",
     "; signed\n"
     "www 86400 NSEC _25._tcp.www.example.com. A RRSIG NSEC",
     "; signed\n"
     "www 300 NSEC _25._tcp.www.example.com. A RRSIG NSEC",
     resign},
    {"nsec3-missing", error, "a name without NSEC3 record",
     "Every name with authoritative data, and every empty name above one, has an NSEC3 record. "
     "Only\n"
     "unsigned delegations may be left out, where the record before them has the opt-out flag.",
     "RFC 5155 section 7.1",
     "; signed nsec3.zone\n"
     "new A 192.0.2.80\n"
     "new RRSIG A 15 3 3600 20360101000000 20260101000000 41191 example.com. "
     "y4uOtJWbJylFW/4J+VqdMcNRssjtLoOdbH9BBmL9awQ67B9GL3uiUR5nEyZYeEQz1tI1LpqDdj0AumFt9i3cCg==",
     "; signed nsec3.zone\n"
     "onib9mgub9h0rml3cdf5bgrj59dkjhvk 300 NSEC3 1 0 0 - 3gvuhrsr3i03iuuho73d7mf6fspa7gca NS SOA "
     "RRSIG DNSKEY NSEC3PARAM",
     resign},
    {"nsec3-extra", error, "an NSEC3 record of no name",
     "No name of the zone has the hash, or there are two records of one hash.",
     "RFC 5155 section 7.1",
     "; signed nsec3.zone\n"
     "00000000000000000000000000000000 300 NSEC3 1 0 0 - 3gvuhrsr3i03iuuho73d7mf6fspa7gca NS SOA "
     "RRSIG DNSKEY NSEC3PARAM",
     "; signed nsec3.zone\n"
     "onib9mgub9h0rml3cdf5bgrj59dkjhvk 300 NSEC3 1 0 0 - 3gvuhrsr3i03iuuho73d7mf6fspa7gca NS SOA "
     "RRSIG DNSKEY NSEC3PARAM",
     resign},
    {"nsec3-next", error, "an NSEC3 record with a wrong next hash",
     "The records form one ring in the order of their hashes.", "RFC 5155 section 7.1",
     "; signed nsec3.zone\n"
     "onib9mgub9h0rml3cdf5bgrj59dkjhvk 300 NSEC3 1 0 0 - vvvvhrsr3i03iuuho73d7mf6fspa7gca NS SOA "
     "RRSIG DNSKEY NSEC3PARAM",
     "; signed nsec3.zone\n"
     "onib9mgub9h0rml3cdf5bgrj59dkjhvk 300 NSEC3 1 0 0 - 3gvuhrsr3i03iuuho73d7mf6fspa7gca NS SOA "
     "RRSIG DNSKEY NSEC3PARAM",
     resign},
    {"nsec3-bitmap", error, "an NSEC3 record with wrong types",
     "The record lists exactly the types of the name it is of: a type that is not listed is "
     "denied\n"
     "although it is there.",
     "RFC 5155 section 3.1.8",
     "; signed nsec3.zone\n"
     "onib9mgub9h0rml3cdf5bgrj59dkjhvk 300 NSEC3 1 0 0 - 3gvuhrsr3i03iuuho73d7mf6fspa7gca A NS SOA "
     "RRSIG DNSKEY NSEC3PARAM",
     "; signed nsec3.zone\n"
     "onib9mgub9h0rml3cdf5bgrj59dkjhvk 300 NSEC3 1 0 0 - 3gvuhrsr3i03iuuho73d7mf6fspa7gca NS SOA "
     "RRSIG DNSKEY NSEC3PARAM",
     resign},
    {"nsec3-params", error, "NSEC3 records and NSEC3PARAM record that do not fit",
     "The NSEC3PARAM record names algorithm, iterations and salt of a complete chain; the server\n"
     "finds the records by it.",
     "RFC 5155 section 4",
     "; signed nsec3.zone\n"
     "@ NSEC3PARAM 1 0 0 aabb",
     "; signed nsec3.zone\n"
     "@ NSEC3PARAM 1 0 0 -",
     resign},
    {"nsec3-iterations", warning, "extra iterations of the NSEC3 hash",
     "The count must be 0: more protects nothing, costs every resolver, and many treat zones with\n"
     "more than some as unsigned. Exactly one, the default of some signers, is a note.",
     "RFC 9276 section 3.1",
     "; signed salted.zone\n"
     "@ NSEC3PARAM 1 0 10 aabb",
     "; signed nsec3.zone\n"
     "@ NSEC3PARAM 1 0 0 -",
     "Sign with 0 iterations."},
    {"nsec3-salt", note, "a salt in the NSEC3 hash",
     "The zone's name is hashed with every name already, so a salt adds nothing.",
     "RFC 9276 section 3.1",
     "; signed salted.zone\n"
     "@ NSEC3PARAM 1 0 10 aabb",
     "; signed nsec3.zone\n"
     "@ NSEC3PARAM 1 0 0 -",
     "Sign without salt."},
    {"ds-no-key", error, "a DS record that leads to no key of the child zone",
     "When none of the DS records of a delegation matches a DNSKEY record of the child, "
     "validators\n"
     "refuse the whole child. Beside one that matches it is a note. Found when both zones are "
     "given.",
     "RFC 4035 section 5.2",
     "; zone com\n"
     "example NS ns1.example\n"
     "example NS ns2.example\n"
     "ns1.example A 192.0.2.53\n"
     "ns2.example A 192.0.2.54\n"
     "example DS 47783 15 2 c8eb320bfb28c1b1878689fd55d66607e9dc9e35424ef8730a7ae6b551de12ee\n"
     "; signed\n"
     "@ DNSKEY 257 3 15 7WwxNC5a0Vw/LBDIqFIRjtmGTM+nhfHIkjeg6KGN+hY=\n"
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=",
     "; zone com\n"
     "example NS ns1.example\n"
     "example NS ns2.example\n"
     "ns1.example A 192.0.2.53\n"
     "ns2.example A 192.0.2.54\n"
     "example DS 47782 15 2 c8eb320bfb28c1b1878689fd55d66607e9dc9e35424ef8730a7ae6b551de12ee\n"
     "; signed\n"
     "@ DNSKEY 257 3 15 7WwxNC5a0Vw/LBDIqFIRjtmGTM+nhfHIkjeg6KGN+hY=\n"
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=",
     "Replace the DS records by those of the child's present key."},
    {"ds-missing", note, "a signed child zone without DS records",
     "Nobody verifies the child's signatures. Found when both zones are given.",
     "RFC 4035 section 2.4",
     "; zone com\n"
     "@ DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=\n"
     "example NS ns1.example\n"
     "example NS ns2.example\n"
     "ns1.example A 192.0.2.53\n"
     "ns2.example A 192.0.2.54\n"
     "; signed\n"
     "@ DNSKEY 257 3 15 7WwxNC5a0Vw/LBDIqFIRjtmGTM+nhfHIkjeg6KGN+hY=\n"
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=",
     "; zone com\n"
     "@ DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=\n"
     "example NS ns1.example\n"
     "example NS ns2.example\n"
     "ns1.example A 192.0.2.53\n"
     "ns2.example A 192.0.2.54\n"
     "example DS 47782 15 2 c8eb320bfb28c1b1878689fd55d66607e9dc9e35424ef8730a7ae6b551de12ee\n"
     "; signed\n"
     "@ DNSKEY 257 3 15 7WwxNC5a0Vw/LBDIqFIRjtmGTM+nhfHIkjeg6KGN+hY=\n"
     "@ DNSKEY 256 3 15 nxcN3K+mAiwOsWampBETupFq3FIFXcXQy5H8K5DCf4M=",
     "Add the child's DS records to the parent."},
    {"cds-placement", warning, "CDS or CDNSKEY below the apex",
     "The parent looks for them at the apex of the child zone only.", "RFC 7344 section 4",
     "www CDS 0 0 0 00", "@ CDS 0 0 0 00", "Move them to the apex."},
    {"cds-inconsistent", error, "CDS and CDNSKEY that contradict each other",
     "When both are published they must stand for the same keys; the parent does nothing "
     "otherwise.",
     "RFC 7344 section 4",
     "@ CDS 0 0 0 00\n@ CDNSKEY 257 3 15 "
     "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
     "@ CDS 0 0 0 00\n@ CDNSKEY 0 3 0 AA==", "Publish both from one list of keys."},
    {"cds-no-key", error, "a CDS or CDNSKEY record of a key the zone does not have",
     "The parent would install a DS record that leads nowhere; most refuse to.",
     "RFC 7344 section 4.1",
     "@ DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=\n"
     "@ CDNSKEY 257 3 15 m02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
     "@ DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=\n"
     "@ CDNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
     "Publish CDS and CDNSKEY for keys of the zone."},
    {"cds-delete-mixed", error, "a request to delete DS records beside others",
     "The deletion (CDS 0 0 0 00, CDNSKEY 0 3 0 AA==) must be the only record of its type.",
     "RFC 8078 section 4",
     "@ CDS 0 0 0 00\n@ CDS 1234 15 2 "
     "03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72",
     "@ CDS 0 0 0 00", "Remove one or the other."},
});

}  // namespace

std::span<const RuleInfo> dnssec_rules() {
  return table;
}

}  // namespace lapis::lint
