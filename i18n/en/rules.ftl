# What it takes to pass, who may vote, what the trust rests on, times; the record and the results.

## What it takes to pass. A clause is put together: who (a share of the members or of the votes), then what they do. `mood`
## is "must" in a sentence of its own and "if" in lists; `agree` is the grammatical number of who: one, few or many.

rule-answer-word = { $answer }
rule-answer-text = “{ $answer }”

rule-of-members = { $op ->
    [more] { $part ->
        [half] more than half of the members
       *[of] more than { $n } of every { $d } members
    }
    [least] { $part ->
        [half] at least half of the members
        [all] all members
       *[of] at least { $n } of every { $d } members
    }
   *[bare] { $part ->
        [half] half of the members
        [all] all members
       *[of] { $n } of every { $d } members
    }
}
rule-of-cast = { $op ->
    [more] { $part ->
        [half] more than half of all votes cast
       *[of] more than { $n } of every { $d } votes cast
    }
    [least] { $part ->
        [half] at least half of all votes cast
        [all] all votes cast
       *[of] at least { $n } of every { $d } votes cast
    }
   *[bare] { $part ->
        [half] half of all votes cast
        [all] all votes cast
       *[of] { $n } of every { $d } votes cast
    }
}
rule-of-valid = { $op ->
    [more] { $part ->
        [half] more than half of the votes that choose an answer
       *[of] more than { $n } of every { $d } votes that choose an answer
    }
    [least] { $part ->
        [half] at least half of the votes that choose an answer
        [all] all votes that choose an answer
       *[of] at least { $n } of every { $d } votes that choose an answer
    }
   *[bare] { $part ->
        [half] half of the votes that choose an answer
        [all] all votes that choose an answer
       *[of] { $n } of every { $d } votes that choose an answer
    }
}
rule-count-members = { $op ->
    [more] more than { $n } { $n ->
        [one] member
       *[other] members
    }
    [least] at least { $n } { $n ->
        [one] member
       *[other] members
    }
   *[bare] { $n } { $n ->
        [one] member
       *[other] members
    }
}

rule-choose = { $mood ->
    [must] { $who } must vote { $answer }
   *[if] { $agree ->
        [one] { $who } votes { $answer }
       *[other] { $who } vote { $answer }
    }
}
rule-choose-same = { $mood ->
    [must] { $who } must choose one and the same answer
   *[if] { $agree ->
        [one] { $who } chooses one and the same answer
       *[other] { $who } choose one and the same answer
    }
}
rule-choose-any = { $mood ->
    [must] { $who } must choose an answer
   *[if] { $agree ->
        [one] { $who } chooses an answer
       *[other] { $who } choose an answer
    }
}
rule-take-part = { $mood ->
    [must] { $who } must vote
   *[if] { $agree ->
        [one] { $who } votes
       *[other] { $who } vote
    }
}
rule-abstain = { $mood ->
    [must] { $who } must abstain
   *[if] { $agree ->
        [one] { $who } abstains
       *[other] { $who } abstain
    }
}
rule-be-for = { $mood ->
    [must] { $who } must be for { $answer }
   *[if] { $agree ->
        [one] { $who } is for { $answer }
       *[other] { $who } are for { $answer }
    }
}
rule-be-same = { $mood ->
    [must] { $who } must be for one and the same answer
   *[if] { $agree ->
        [one] { $who } is for one and the same answer
       *[other] { $who } are for one and the same answer
    }
}

# For comparisons that have no simpler sentence. `what` and `base` are numbers of something; see below.
rule-amount = { $mood ->
    [must] { $op ->
        [more] { $what } must be more than { $share } of { $base }
       *[least] { $what } must be at least { $share } of { $base }
    }
   *[if] { $op ->
        [more] { $what } is more than { $share } of { $base }
       *[least] { $what } is at least { $share } of { $base }
    }
}
rule-amount-number = { $mood ->
    [must] { $op ->
        [more] { $what } must be more than { $n }
       *[least] { $what } must be at least { $n }
    }
   *[if] { $op ->
        [more] { $what } is more than { $n }
       *[least] { $what } is at least { $n }
    }
}
rule-share-percent = { $number }%
rule-share-ratio = { $n }/{ $d }
amount-members = the number of members
amount-cast = the number of votes cast
amount-valid = the number of votes that choose an answer
amount-blank = the number of abstentions
amount-spoiled = the number of spoiled votes
amount-top = the number of votes for the answer that most choose
amount-answer = the number of votes for { $answer }

rule-passes = To pass, { $clause }.
rule-passes-each = To pass, in every unit { $clause }.
rule-fails-if = It does not pass if { $clause }.
rule-all = To pass, all of these must hold:
rule-any = To pass, at least one of these must hold:
rule-not-all = It does not pass if all of these hold:
rule-not-any = It does not pass if any of these holds:
rule-each = To pass, this must hold in every unit:
rule-not = To pass, this must not hold:
rule-item = { $number } { $clause }.
rule-item-not = { $number } This does not hold: { $clause }.
rule-item-each = { $number } In every unit: { $clause }.
rule-head-all = { $number } All of these hold:
rule-head-any = { $number } At least one of these holds:
rule-head-not-all = { $number } Not all of these hold:
rule-head-not-any = { $number } None of these holds:
rule-head-not = { $number } This does not hold:
rule-head-each = { $number } In every unit this holds:

rule-not-voting-like = Not voting works like { $answer }.
rule-not-voting-unlike = Not voting works like a vote that does not choose { $answer }.
rule-not-voting-nothing = Not voting does not count for either side: only votes are counted.
rule-not-voting-can-stop = Not voting can stop it from passing, because it takes enough members who vote.
rule-not-voting-can-help = Not voting can help it to pass, because it takes enough members who vote to stop it.
rule-not-voting-turnout = Every vote, whatever its answer, adds to the number that can stop it.
rule-not-voting-depends = What not voting does depends on how the others vote.
rule-abstaining-like = Abstaining works like { $answer }.
rule-abstaining-unlike = Abstaining works like a vote that does not choose { $answer }.
rule-abstaining-nothing = Abstaining has the same effect as not voting.
rule-abstaining-turnout = Abstaining adds to the number of members who vote, but to no answer.
rule-abstaining-total = Abstaining adds to the total of votes cast, but to no answer.
rule-abstaining-named = What abstaining does follows from these conditions.
rule-no-valid-vote = As long as no vote chooses an answer, a condition on such votes does not hold.
rule-no-vote = As long as nobody has voted, a condition on the votes cast does not hold.
rule-none = No rule decides this question: its votes are counted.

## Who may vote.

list-two = { $first } or { $last }
list-more = { $first }, { $rest }
list-and-others = { $list } and { $n ->
    [one] one more
   *[other] { $n } more
}
who-good = All members in good standing may vote.
who-some = These members may vote: { $conditions }.
who-good-standing = in good standing
who-standing = standing: { $list }
who-classification = classification: { $list }
who-unit = unit: { $list }
who-eligible = { $n ->
    [one] One member may vote in this ballot.
   *[other] { $n } members may vote in this ballot.
}

## How votes are counted in several boxes, and in small groups.

boxes-units = Votes are counted separately, by unit, and what each unit comes to is published.
boxes-several = { $n ->
   *[other] Votes are counted separately, by unit, in { $n } boxes, and what each of them comes to is published.
}
boxes-own = Your vote is counted in the box “{ $box }”, in which { $n ->
    [one] one member
   *[other] { $n } members
} may vote.
boxes-small = Please note: in a small unit the result can show how people voted, above all where nearly all vote alike.
boxes-small-list = Fewer than { $least } members may vote in { $list }.
boxes-small-own = Please note: that is a small group. Its result can show how people in it voted, above all if nearly all vote alike.
boxes-small-whole = Please note: this is a small group. The result can show how people voted, above all if nearly all vote alike.


## What the trust in a ballot rests on (design section 4).

setting-practice = This is a practice ballot: its votes decide nothing and it can never be certified.
setting-board = The count is opened by { $needed } of { $size } tellers together with a key of the server that is destroyed with the result: votes stay secret unless that many tellers and the server work together before the result.
setting-board-unnamed = The count is opened by a board of tellers together with a key of the server that is destroyed with the result: votes stay secret unless enough tellers and the server work together before the result.
setting-server = The count is opened by the server alone: that votes stay secret rests on it.
setting-codes-server = Voting codes are made by the server: that only members who may vote have voted rests on it.
setting-codes-registrar = Voting codes are made by a registrar outside of the server: only members who may vote have voted, once each, unless registrar and server work together.
setting-device = That a vote is sealed as it was chosen rests on your device and on the voting page that was sent to it.
setting-count = That the count is right rests on nobody: it is proved, and anyone can check the proof.
setting-receipts = That no vote is dropped shows when members look up their receipts.
setting-live = The record is shown to everybody while voting is open, so whoever watches it sees when votes come in.
setting-coercion = There is no protection from being forced to vote or from selling a vote: a receipt does not show the choice, but someone who keeps what the device used to seal the vote can prove it.

## Times, in the time zone of the ballot.

time = { $weekday }, { $day } { $month } { $year }, { $clock } ({ $zone })
time-offset = { $weekday }, { $day } { $month } { $year }, { $clock } ({ $zone }, UTC{ $offset })
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

## The record's page.

record-boxes = The boxes of this ballot
record-boxes-text = The votes of this ballot are counted in several boxes. Each has a record of its own; all of them decide together.
record-boxes-caption = Records by box
record-boxes-closing = Closing fingerprint of all boxes
record-boxes-check = Download all records with our program, and check them together:
record-of-box = Box “{ $box }”
record-to-boxes = All boxes of this ballot
record-title = Record of “{ $title }”
record-intro = The record holds every vote, sealed, without names and without times. Anyone can check the count with it.
record-not-yet = The record begins when the ballot is frozen. There is nothing to show yet.
record-no-codes = The record begins when the registrar has made the voting codes. There is nothing to show yet.
record-sign-in = While voting is open, the record is shown to people who are signed in. After voting it is open to everybody.
record-sign-in-link = Sign in to see the record
record-steps = While voting is open, new votes show here in steps of { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
}, so that nobody can tell when somebody voted.
record-live = This record is shown live to everybody while voting is open.
record-facts = Fingerprints
record-election = Identifier
record-fingerprint = Fingerprint of the questions and settings
record-height = Entries
record-head = Fingerprint of the newest entry
record-closing = Fingerprint of the sealed count (the tellers compare its words)
record-receipts-key = Receipt key
record-words = As 12 words
record-downloads = Downloads
record-download = Download the record ({ $name })
record-download-shares = Download the proofs of the opened count ({ $name })
record-check = How to check it yourself
record-check-ours = With our own program, offline, after downloading the record into a folder:
record-check-theirs = With belenios-tool, which other people wrote:
record-booth = The voting page
record-booth-text = The program that seals votes in the browser is one file. Its SHA-256 is:
record-booth-rebuild = To see that it was made from the published source, build it and compare:
record-list = Receipts on the record
record-list-text = Each line is one vote: its place on the record, its receipt number, and whether it counts or a later vote of the same member does.
record-list-later = The list of receipts is shown here when the record is open to everybody.
record-list-empty = There is no vote on the record.
record-list-caption = Page { $page } of { $pages }
record-place = Number
record-tracker = Receipt number
record-state = State
record-counted = counted
record-replaced = replaced by a later vote
record-pages = Pages of the list
record-previous = Previous page
record-next = Next page
record-to-ballot = Back to the ballot
record-to-results = Results

## The results page.

results-title = Results of “{ $title }”
results-frozen = Voting has not begun.
results-frozen-opens = Voting begins on { $time }.
results-open = Voting is open. There is no count before it has ended.
results-open-closes = Voting ends on { $time }. There is no count before.
results-closed-at = Voting ended on { $time }. The count has not been opened yet.
results-closed-tellers = { $needed ->
    [one] One teller is needed to open it; { $opened } so far.
   *[other] { $needed } tellers are needed to open it; { $opened } so far.
}
results-cancelled = This ballot was cancelled, so it has no result. The reason: { $reason }

results-passed-answer = Passed: { $got ->
    [one] one member voted { $answer }
   *[other] { $got } members voted { $answer }
}; { $needed ->
    [one] one was needed
   *[other] { $needed } were needed
}.
results-failed-answer = Not passed: { $got ->
    [one] one member voted { $answer }
   *[other] { $got } members voted { $answer }
}; { $needed ->
    [one] one was needed
   *[other] { $needed } were needed
}, { $short } more.
results-passed-votes = Passed: { $got ->
    [one] one member voted
   *[other] { $got } members voted
}; { $needed ->
    [one] one was needed
   *[other] { $needed } were needed
}.
results-failed-votes = Not passed: { $got ->
    [one] one member voted
   *[other] { $got } members voted
}; { $needed ->
    [one] one was needed
   *[other] { $needed } were needed
}, { $short } more.
results-passed-amount = Passed: { $what } is { $got }; { $needed } or more was needed.
results-failed-amount = Not passed: { $what } is { $got }; { $needed } or more was needed.
results-stopped-answer = Not passed: { $got ->
    [one] one member voted { $answer }
   *[other] { $got } members voted { $answer }
}; { $needed } were enough to stop it.
results-not-stopped-answer = Passed: { $got ->
    [one] one member voted { $answer }
   *[other] { $got } members voted { $answer }
}; { $needed } would have stopped it.
results-stopped-amount = Not passed: { $what } is { $got }; { $needed } was enough to stop it.
results-not-stopped-amount = Passed: { $what } is { $got }; { $needed } would have stopped it.
results-passed = Passed: the rule holds.
results-failed = Not passed: the rule does not hold.
results-counted = Counted: { $list }.
results-count = { $answer }: { $votes }
results-conditions = The conditions, one by one
results-condition-answer = { $holds ->
    [yes] Reached
   *[no] Not reached
}: { $got ->
    [one] one member voted { $answer }
   *[other] { $got } members voted { $answer }
}; the line is at { $needed }.
results-condition-votes = { $holds ->
    [yes] Reached
   *[no] Not reached
}: { $got ->
    [one] one member voted
   *[other] { $got } members voted
}; the line is at { $needed }.
results-condition-amount = { $holds ->
    [yes] Reached
   *[no] Not reached
}: { $what } is { $got }; the line is at { $needed }.
results-condition-against = { $condition } Reaching it counts against passing.
results-passed-each = Passed: the condition holds in every unit.
results-failed-each = Not passed: the condition does not hold in { $failed } of { $n ->
    [one] one box.
   *[other] { $n } boxes.
}
results-conditions-more = { $n ->
    [one] One more condition
   *[other] { $n } more conditions
}
results-boxes = What each box came to
results-boxes-caption = Votes by box
results-box = Box
results-box-eligible = May vote
results-box-cast = Voted
results-unit = { $unit }: { $condition }
results-rule-text = The rule, as it was fixed before the first vote: { $rule }

chart-turnout = Turnout: { $cast } of { $eligible } members voted ({ $percent }).
chart-shares = The answers, of { $cast ->
    [one] one vote cast
   *[other] { $cast } votes cast
}
chart-share = { $answer }: { $votes } ({ $percent })
chart-members-title = { $answer }, of all members
chart-members = { $answer }: { $votes } of { $eligible } members ({ $percent }); the line is at { $needed }.

results-table = All numbers
results-answer = Answer
results-votes = Votes
results-of-valid = Of answers
results-of-cast = Of votes
results-of-members = Of members
results-blank = Abstained
results-cast = Votes cast
results-eligible = Members who may vote
results-several = Each vote may choose several answers, so the shares may add up to more than 100%.
results-percent = { $number }%

results-certificate = Certificate
results-certificate-none = There is no certificate: { $reason }
results-certificate-practice = This was a practice ballot. It decides nothing and can never be certified.
results-certificate-complete = { $needed ->
    [one] Certified: signed as needed by one officer.
   *[other] Certified: signed by { $signed } officers; { $needed } were needed.
}
results-certificate-waits = Not certified yet: { $signed } of { $needed } signatures are there.
results-signed-by = Officer { $member }, key { $key }
results-signatures = Signatures
results-files = Files
results-certificate-check = To check a signature yourself, download these files into a folder and run:

chart-turnout-parts = From the left: members who voted; members who did not vote.
chart-turnout-line = { $cast } of { $eligible } members voted ({ $percent }); the line is at { $needed }.
chart-members-parts = From the left: votes for { $answer }; other votes; members who did not vote. The upright line is what had to be reached.
chart-turnout-parts-line = From the left: members who voted; members who did not vote. The upright line is what had to be reached.

results-closed = Voting has ended. The count has not been opened yet.
results-more = More
results-shares = Of answers: of the votes that choose an answer. Of votes: of all votes cast. Of members: of all members who may vote.
results-shares-two = Of votes: of all votes cast. Of members: of all members who may vote.
