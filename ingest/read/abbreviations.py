"""Words that end with a stop which ends no sentence, by what may follow them."""

from __future__ import annotations

from ingest.english import FUNCTION_WORDS, stopped, words

# Whatever follows belongs to them: "Dr. Roe", "e.g. alphamab".
_OPENING = """
adj adm amb asst attn brig capt cmdr col comdr cpl det dipl dr drs frl gen gov hon hr ing insp lt maj messrs mlle
mme mr mrs ms mt mx pfc pres prof profs pvt rep rev sen sens sgt supt sra ven
abt approx b.v bzgl bzw c ca cf circa d.h e.g eg equiv esp evtl excl g.e ggf gegr i.a i.d.r id i.e ie incl inkl
insb o.g resp s.o s.u sog u.a v vgl viz vs z.b z.t zzgl
"""
OPENING = frozenset(_OPENING.split())
# A number or a letter that follows is theirs: "No. 5", "Fig. 3a", "Jan. 5".
_NUMBERED = """
abb abs anh anl anm app appx apt art arts aufl bd bde bldg bl bull ch chap chaps chs cl cls col cols cor
def dia diag
ed eds eq eqn eqns eqs ex exp ext fig figs fn ff fol gl hs kap lem ln max min n no nos nr nrn num obs p par para
paras pars pl pos pp prop pt pts ref refs reg regs rm rn rz s sch sec sect sects secs ser seq ss suppl tab tabs
tel thm tit vers ver vol vols z ziff
jän mär mrz okt dez
"""
NUMBERED = frozenset((*_NUMBERED.split(), *stopped("calendar")))
# They may end a sentence; what follows in lower case goes on with it: "pears, etc. are".
_CLOSING = """
a.c a.m am.st b.i.d etc et.seq m.p.h o.d p.a p.m p.r.n q.d q.i.d t.i.d usf usw
avg cit conf cont corr dept diam dist div est ex fax freq gest ibid intl mfg mfr mgmt mgr misc op orig
pkg pop prep prev prob qty rec ret rpm sci soc stat std temp univ wt yr yrs
"""
CLOSING = frozenset(_CLOSING.split())
# Names and capitals go on after them, so that only a word that begins sentences parts two: "the U.S. Food", "Roe Inc."
_NAMED = """
acad al assn assoc ave blvd bros cie co comm corp ctr esq fa ft gmbh govt hwy inc inst jr lab labs ld llc llp ltd
mfg nat natl pl plc pty rd reg sq sr st ste str
"""
NAMED = frozenset(_NAMED.split())
# Measures, where a number stands before them: "30 in. by 12 in."
_GERMAN_UNITS = "mio mrd tsd"
UNITS = frozenset((*stopped("units", "units_with_stops"), *_GERMAN_UNITS.split()))
# Short words without a vowel that are whole.
_OTHER_WHOLE = "gg tb th tv"
WHOLE = frozenset((*words("units"), *_OTHER_WHOLE.split())) - UNITS
# A single letter behind them is a name: "Plan B. Then".
LABELS = frozenset(words("labels.either", "labels.letter"))
_GERMAN_MONTHS = "januar februar märz mai juni juli oktober dezember"
MONTHS = frozenset((*words("calendar.months"), *_GERMAN_MONTHS.split()))
_GERMAN_DAYS = "montag dienstag mittwoch donnerstag freitag samstag sonntag"
DAYS = frozenset((*words("calendar.days"), *_GERMAN_DAYS.split()))
# Words that begin sentences and no names.
_STARTERS = """
although among another apart ask besides call check click close critics even everyone finally first follow half hence
indeed instead keep last later leave many meanwhile moreover never next nobody none note nothing now open otherwise
people perhaps press put read remove run see set several similarly since sometimes soon still take talks therefore
though three thus today together tomorrow turn two unless use usually yesterday yet auch bei das dem den der des die
dies diese dieser ein eine er es für ich ihr im ist man mit nach nicht sie sind und vor wenn wer wie wir zu zum zur
"""
_NAMES = "may will so an do no"
STARTERS = (FUNCTION_WORDS | frozenset(_STARTERS.split())) - frozenset(_NAMES.split())
# Those that begin a sentence even where the space before them is missing: "list.Next" is code, "growth.The" is not.
_GLUED = "but he however if in it she that the there these they this those we when"
GLUED = frozenset(_GLUED.split())
