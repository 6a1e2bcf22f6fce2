# Texts of the pages that the server makes.

# Around every page
skip-to-content = Skip to the content
nav-label = Main
nav-my-ballots = My ballots
nav-sign-in = Sign in
nav-sign-out = Sign out { $name }
footer-check = Check a receipt
footer-language = Language:
footer-text = Made with Scrutineer: anybody can check the count, and nobody has to be trusted with it.
title-error = Error:

# Sign in
session-ended = Please note: your session has ended, because nothing happened for a while. Sign in again to go on.
sign-in-no-password = No password yet, or lost it?
activate-link = Set a password with an activation code
activated = Done: your password is set. Sign in with it now.
member-no-missing = Enter your member number.
password-missing = Enter your password.

# Activation
activate-title = Set your password
activate-intro = Your union sends you an activation code. It works once, for 30 days. If it no longer works, ask your union for a new one.
activation-code = Activation code
activation-code-hint = Capitals, spaces and dashes do not matter.
new-password = New password
new-password-hint = At least { $least } characters. A few words do well.
new-password-again = The new password once more
activate-button = Set password
activate-wrong = Member number and activation code do not fit together, or the code was used, replaced or has ended. Check both; your union can send you a new code.
activation-code-missing = Enter the activation code that your union sent you.
activation-code-mistyped = There is a typing mistake in the activation code. Compare it letter by letter with the letter from your union.
password-too-short = The password is too short: it needs at least { $least } characters.
password-too-long = The password is too long: 1,024 characters at most.
passwords-differ = The two new passwords are not the same. Type the password again.

# When something cannot be done
problem-home = To the first page
problem-id = If you ask for help, give this number: { $id }
problem-not-found-title = There is no such page
problem-not-found = The address may have been copied incompletely, or what was here is no longer shown.
problem-forbidden-title = This page is not for you
problem-forbidden = Only people with a certain role in the union can see it. If you should be one of them, ask your union.
problem-cross-site-title = This came from another site
problem-cross-site = For your safety nothing was done. Open this site itself and try again there.
problem-method-title = This cannot be done here
problem-method = Go back, load the page again and try once more.
problem-wait-title = Please wait a little
problem-wait = There were too many attempts. Nothing was changed.
problem-busy-title = A lot is going on right now
problem-busy = The server has more to do than it can at this moment. Nothing was changed; nothing is lost.
problem-storage-title = This is not possible right now
problem-storage = The server cannot take anything at this moment. Nothing was changed. Tell your union and try again later.
problem-gone-title = This is not kept any more
problem-gone = The time for which this had to be kept is over, and it was deleted. The certificate of the ballot stays: ask your union.
problem-conflict-title = This is not possible as things stand
problem-conflict = What you asked for does not fit the state of the ballot. Look at the ballot's page.
problem-internal-title = Something went wrong here
problem-internal = This is a fault of the server, not yours. Tell your union, and give the number below.
problem-invalid-title = This could not be read
problem-invalid = What was sent is not what this page expects. Go back, load the page again and try once more.

# The first page
home-title = Ballots
home-mine = My ballots
home-others = Other ballots
home-intro = Members vote here. Sign in with your member number to see your ballots.
home-none-of-mine = There is no ballot in which you may vote at the moment.
home-ballots = Ballots of this union
home-no-ballots = There are none yet.
home-check = You have voted and want to see what became of it?
signed-out = Done: you are signed out.
vote-button = Vote
vote-button-named = Vote: { $title }
vote-again-button = Replace my vote
vote-again-button-named = Replace my vote: { $title }
results-link = Results
results-link-named = Results: { $title }
you-voted = You have voted.

# Where a ballot is in its life
status-draft = Draft: only delegates and officers see it.
status-frozen = Voting has not begun yet.
status-frozen-opens = Voting begins on { $time }.
status-open = Voting is open until the union closes it.
status-open-closes = Voting is open until { $time }.
status-closed = Voting has ended. The count is being opened.
status-tallied = The votes have been counted.
status-certified = The votes have been counted, and the union's officers have signed the result.
status-cancelled = This ballot was cancelled.

# A ballot's page
cancelled-because = The reason: { $reason }
ballot-sign-in = To vote, sign in first.
ballot-not-voted-yet = You have not voted yet.
ballot-voted = Done: you have voted. You can replace your vote until voting ends; only the last one counts.
ballot-voted-then = Done: you voted in this ballot.
ballot-not-voted = You have not voted in this ballot.
ballot-not-eligible = Please note: you are not on the list of those who may vote in this ballot. If you should be, call: { $contact }
ballot-purged = What was recorded of this ballot was kept as long as it had to be, and was deleted on { $time }. Its certificate stays.
ballot-later = You may vote as soon as voting begins.
choose-one = Choose one answer.
choose-exactly = { $most ->
    [one] Choose exactly one answer.
   *[other] Choose exactly { $most } answers.
  }
choose-up-to = { $most ->
    [one] Choose one answer or none.
   *[other] Choose up to { $most } answers.
  }
choose-between = { $most ->
    [one] Choose { $least } to { $most } answer.
   *[other] Choose { $least } to { $most } answers.
  }
choose-abstain = Abstaining is possible too.
rule-as-written = The rule as it was written:
ballot-facts = At a glance
fact-who = Who may vote
fact-counted = How it is counted
fact-opens = Voting begins
fact-closes = Voting ends
fact-cast = Votes
fact-contact = Questions? Call
cast-so-far = { $cast } of { $eligible } members as of { $time }. This number moves once a day at most.
cast-not-yet = Not shown yet. The number appears after a midnight, once it says nothing about only a few people.
cast-in-all = { $cast } of { $eligible } members voted.
turnout-caption = Who has voted, by unit
turnout-units = Units
turnout-voted = Voted
turnout-eligible = May vote
turnout-together = Units stand together where a number of their own would say something about fewer than ten people.
ballot-setting = What you have to trust, and what you can check
record-link = The public record of this ballot

# An announced ballot
status-announced = Announced: voting has not begun. Members can object to who may vote until { $time }.
status-announced-over = Announced: voting has not begun. Members could object to who may vote until { $time }.
prospect-may = You may vote in this ballot.
prospect-may-not = You may not vote in this ballot.
prospect-now = This is how the roll stands now. Who may vote is fixed before voting begins.
reason-standing = Your standing on the roll is “{ $value }”, and this ballot is for other standings.
reason-classification = Your classification on the roll is “{ $value }”, and this ballot is for other classifications.
reason-no-classification = The roll has no classification for you, and this ballot is for certain classifications.
reason-unit = Your unit on the roll is “{ $value }”, and this ballot is for other units.
reason-not-on-roll = You are not on the roll.
objection-title = Object to who may vote
objection-intro = Is the roll wrong about you, or about somebody else? Say so here until { $time }. Those who run the ballot read it and answer, and you see the answer on this page.
objection-counted = The certificate of the result says how many objections there were and how many were answered. It names nobody.
objection-field = Your objection
objection-hint = At most { $most } characters.
objection-button = Send the objection
objection-sent = Done: your objection is filed. You will see the answer here.
objection-mine = Your objection number { $number }, { $time }
objection-waiting = It is not answered yet. You can file another one when it is.
objection-answer = The answer, { $time }:
objection-missing = Write what you object to.
objection-too-long = The objection has { $length } characters. At most { $most } are possible: shorten it.
objection-unreadable = The objection has a character that cannot be shown. Type the text instead of copying it.
objection-open = Nothing was sent: your objection number { $number } is not answered yet. You can file another one when it is.
notice-link = The notice of this ballot, for printing
notice-title = Notice of ballot: { $title }
notice-word = Notice of ballot
notice-intro = { $union } announced this ballot to its members on { $time }.
notice-print = To print this page use the print command of your browser. It fits A4 and Letter.
notice-who-then = { $n ->
    [one] By the roll of that day one member may vote.
   *[other] By the roll of that day { $n } members may vote.
  }
notice-dates = When
notice-until = Objections until
notice-not-set = Not set yet. The ballot's page will say it.
notice-object = How to object
notice-object-text = Is the roll wrong about you, or about somebody else? Until { $time } every member can object on the ballot's page, after signing in, or ask: { $contact }
notice-place = The ballot's page
notice-qr = This picture opens the ballot's page

# Where one votes
vote-sign-in-title = Sign in to vote
vote-sign-in-intro = You see the ballot when you are signed in.
vote-no-script = Please note: JavaScript is switched off in this browser. You can sign in, but not vote: your vote is sealed by this device, and that needs JavaScript. Switch it on, take another device, or call your union.
vote-starting = One moment: the ballot is being loaded.
vote-too-old = If this text stays, voting does not work in this browser. JavaScript must be switched on, and the browser must not be older than 2023. Nothing is lost: try another browser or device.
vote-call = If that does not help, call: { $contact }
vote-to-ballot = Back to the ballot's page

# Checking a receipt
check-title = Check a receipt
check-intro = Your receipt carries a number. With it you find your vote on the record and see whether it counts. Nobody learns from it how you voted.
check-field = Receipt number, or its twelve words
check-field-hint = 43 characters, or twelve English words in their order.
check-button = Check
check-secret = A receipt number does not say how anybody voted. It is not stored here.
check-missing = Enter the number on your receipt, or its twelve words.
check-not-a-tracker = This is neither a receipt number nor twelve words of one. Compare it with your receipt, letter by letter.
check-several = These words fit more than one vote. Enter the 43 characters of the receipt number instead.
check-counted-word = Counted:
check-counted = this vote is on the record, and it counts.
check-counted-so-far = this vote is on the record, and it counts unless the same member replaces it.
check-counted-cancelled = this vote is on the record. The ballot was cancelled, so no vote in it counts.
check-replaced-word = Replaced:
check-replaced = this vote is on the record, but a later vote of the same member counts instead.
check-replaced-call = If you did not vote again, call: { $contact }
check-not-found-word = Not found:
check-not-found = no record that is shown to you holds this vote.
check-not-found-sign-in = While voting is open, records are shown to people who are signed in. Sign in and try again.
check-not-found-steps = While voting is open, new votes appear on the record in steps. If you have just voted, try again in a quarter of an hour.
check-not-found-call = If it is still not found then, call those who run the ballot and keep your receipt: its signature proves that your vote was taken.
check-ballot = Ballot
check-tracker = Receipt number
check-place = Place on the record
check-height = Number { $height }
check-ask = Whom to call
check-another = Check another one

# For those who watch
watch-title = Watch: { $title }
watch-all-title = Watch the ballots of this union
watch-link = Watch this ballot
watch-all-link = Watch all ballots, and read the log
watch-intro = For those who run ballots and those who watch them. Nothing here tells who voted how.
watch-now = Where it stands
watch-waits = What it waits for:
watch-tellers = Tellers
watch-no-tellers = There are no tellers: the server opens the count alone.
watch-tellers-needed = Board: { $board }. To open the count, { $needed } of { $tellers } are needed.
watch-forming = Boards of tellers that are making their key
watch-ceremony = Making the key
watch-steps = { $done } of 4 steps
watch-seat = Seat
watch-teller = Teller
watch-checked = Checked before opening
watch-stated = Stated the closing words
watch-opened = Opened the count
watch-yes = Yes
watch-no = Not yet
watch-boxes = { $done } of { $all } boxes
watch-proposals = Waits for a second person
watch-proposal = Proposed by { $by }; ends on { $time }.
watch-signatures = Officers' signatures
watch-signed = { $signed } of { $needed } signatures are there.
watch-signature = Member { $number }, with the key
watch-yourself = Look for yourself
watch-record = The record, its fingerprints and downloads
watch-certificate = The certificate, as a file
watch-monitor = To follow the record from a machine of your own:
watch-roll = To check that the list of those who may vote is the one that was fixed before the first vote:
watch-voted = Who voted
watch-voted-count = { $count } voted. The list is sorted by name; it does not say when anybody voted, or how.
watch-voted-download = Download the list (CSV)
watch-voted-names = Show the names here
watch-voted-later = The names are shown once voting has ended, and not if a ballot is cancelled.
watch-log = What was done
watch-log-text = Every deed of officers, delegates, tellers and the server, in English, with times in UTC. Casting a vote is none.
watch-log-more = Only the first { $count } are shown here. For all of them:
watch-log-pages = Pages of the log
watch-newer = Newer
watch-older = Older
watch-head = The newest deed is number { $number }. Note its fingerprint down: if it differs one day, the log was changed.
watch-export = To keep the log, and to check it without this server:

# The certificate, for printing
certificate-link = The certificate, for printing
certificate-title = Certificate: { $title }
certificate-word = Certificate { $number } of the result
certificate-corrects = It corrects and replaces certificate { $number }. The reason: { $reason }
certificate-correcting = Certificate { $number } will correct this one. It is being signed: { $signed } of { $needed } signatures are there.
certificate-numbers = The numbers
certificate-codes = Voting codes issued
certificate-received = Votes received
certificate-replaced = Replaced by a later vote
certificate-spoiled = Spoiled votes
certificate-opened-by = The count was opened by: { $names }.
certificate-objections = Objections of observers
certificate-objections-none = There was none when this certificate was made. Observers can object until { $time }.
certificate-objections-until = Observers can object until { $time }.
certificate-objection = Objection { $number }, by { $name } (member { $member }), { $time }
certificate-objection-late = Objection { $number } came after the first signature. It is not on the certificate and asks for a correction.
certificate-setting = What the result rests on
certificate-keys = Keys of the officers who can sign
certificate-remarks = What readers must know (in English)
certificate-check = To check it
certificate-sum = SHA-256 of certificate.json
certificate-place = This page
certificate-qr = This picture opens this page
certificate-pdf = The same as a PDF, in English, the same bytes whenever it is made
certificate-other = Other certificates of this ballot
certificate-other-one = Certificate { $number }

# What letters say, for officers
letters-title = What letters say
letters-intro = Every letter that this server sends, with made-up names, times and codes. Members get theirs in the language that the roll has for them, else in English.
letters-html = The letter “{ $kind }” as mail programs show it
letters-link = What letters to members say
