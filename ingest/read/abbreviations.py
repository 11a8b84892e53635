"""Words that end with a stop which ends no sentence, by what may follow them."""

from __future__ import annotations

from ingest.english import FUNCTION_WORDS

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
jan jän feb febr mar mär mrz apr jun jul aug sep sept oct okt nov dec dez mon tue tues wed weds thu thur thurs fri
sat sun
"""
NUMBERED = frozenset(_NUMBERED.split())
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
_UNITS = """
cu cwt doz ft gal h hr hrs in l lb lbs mi min mins mio mo mos mrd oz pt pts qt sec secs sq t tsd wk wks yd yds yr
yrs
"""
UNITS = frozenset(_UNITS.split())
# Short words without a vowel that are whole.
_WHOLE = "cm db dm gb gg hz kb kg khz km kw kwh mb mg mhz mm ml mv mw nm ppb ppm px rpm tb th tv"
WHOLE = frozenset(_WHOLE.split())
# A single letter behind them is a name: "Plan B. Then".
_LABELS = """
annex app appendix block building category class column copy degree drug exhibit fig figure form gate grade group
hall hepatitis item letter level line model module option panel part phase plan platform point product program
question room route row sample schedule section series side sort step study table team tier type unit version
vitamin wing zone
"""
LABELS = frozenset(_LABELS.split())
_MONTHS = """
january february march april may june july august september october november december
januar februar märz mai juni juli oktober dezember
"""
MONTHS = frozenset(_MONTHS.split())
_DAYS = """
monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
montag dienstag mittwoch donnerstag freitag samstag sonntag
"""
DAYS = frozenset(_DAYS.split())
# Words that begin sentences and no names.
_STARTERS = """
a after again all also although among another any anyone apart ask as at because before below besides both but
call check click close critics during each either even every everyone few finally first follow further get go
half hence here how however i if in indeed instead its it just keep last later leave let like many meanwhile
more moreover most much must my neither never next no nobody none nor not note nothing now of often on once one
only open or other otherwise our out over people perhaps please press put read remove run see set several she
similarly since so some someone sometimes soon still such take talks that the their then there therefore these
they this those though three through thus to today together tomorrow too turn two under unless until up upon
use usually was we what when where whether which while who why with within without yes yesterday yet you your
auch bei das dem den der des die dies diese dieser ein eine er es für ich ihr im ist man mit nach nicht sie
sind und vor wenn wer wie wir zu zum zur
"""
_NAMES = "may will so an do no"
STARTERS = (FUNCTION_WORDS | frozenset(_STARTERS.split())) - frozenset(_NAMES.split())
# Those that begin a sentence even where the space before them is missing: "list.Next" is code, "growth.The" is not.
_GLUED = "but he however if in it she that the there these they this those we when"
GLUED = frozenset(_GLUED.split())
