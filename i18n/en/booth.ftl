# Texts of the booth alone.

# On every step
booth-steps = Step { $step } of 4
booth-steps-question = Step 2 of 4: question { $number } of { $count }
booth-back = Back
booth-continue = Continue
booth-try-again = Try again
booth-help = Questions? Ask: { $contact }
booth-help-union = Questions? Ask your union.
booth-ballot-page = To the ballot’s page
booth-my-ballots = My ballots
booth-check-receipt = Check a receipt
booth-sign-out = Sign out
booth-number = Receipt number

# Loading
booth-loading = One moment, please
booth-unreachable-title = The ballot could not be loaded
booth-unreachable-cut = There is no connection to the server right now. Nothing is lost.
booth-unreachable-busy = The server has more to do than it can at this moment. Nothing is lost; try again in a minute.

# Sign in
booth-sign-in-first = Members sign in before they see the ballot.
booth-sign-in-ended = Please note: your session has ended, because nothing happened for a while. Sign in again to go on where you were.
booth-sign-in-waiting = Please note: a vote that was cast here has no receipt yet. Sign in, and the same vote is sent once more. It can only count once.
booth-sign-in-code = The voting code came with the link. It stays on this page while you sign in.
booth-member-missing = Enter your member number.
booth-password-missing = Enter your password.
booth-sign-in-busy = Many people are signing in at once. Nothing is wrong with what you typed.
booth-sign-in-cut = There is no connection right now. Try again.
booth-sign-in-other = Signing in is not possible right now. Try again later.
booth-no-password = No password yet, or lost it?
booth-activate = Set a password with an activation code
booth-activate-code = If you set a password first, open the link from your union again afterwards.

# Why there is nothing to vote on
booth-not-found-title = This ballot is not here
booth-not-found = The address may have been copied incompletely. Open the link that you were sent once more.
booth-not-open-title = Voting has not begun
booth-not-open = The ballot’s page says when it begins.
booth-not-eligible-title = You cannot vote in this ballot
booth-not-eligible = Your name is not on the list of members for this ballot, which was fixed before voting began. Nothing was sent.
booth-cancelled-title = This ballot was cancelled
booth-cancelled = No votes are taken, and none will be counted. The ballot’s page says why.
booth-unsupported-title = This page cannot show the ballot
booth-unsupported = It asks in a way that this page does not know. Nothing was sent.
booth-mismatch-title = Something does not fit together
booth-mismatch = What the server sent belongs to two different ballots, so this page goes no further. Nothing was sent.
booth-fault-title = Something went wrong
booth-fault = This is not your doing. Nothing was sent.

# Step 1: the ballot
booth-rule = What it takes to pass
booth-who = Who may vote
booth-closes = Voting ends
booth-closes-yours = In your time zone: { $time }
booth-closes-open = No time has been set. The ballot’s page will say so when it ends.
booth-setting = What you can rely on in this vote
booth-voted = Please note: you have voted in this ballot. You can vote again until voting ends; only your last vote counts.
booth-voted-check = To see whether your vote is on the record, check your receipt.
booth-code-came = Your voting code came with the link. You need not type it.
booth-code-broken = Please note: the voting code in the link is not complete or has a mistake. On the next page you can type it.
booth-begin = Begin
booth-begin-again = Vote again

# Step 1: the voting code
booth-code = Your voting code
booth-code-intro = Your union sent you a code for this very ballot. Keep it to yourself. It does not leave this device.
booth-code-hint = 28 letters and digits. Capitals, spaces and dashes do not matter.
booth-code-kept = A code has been entered. Leave the field empty to go on with it.
booth-code-empty = Enter your voting code.
booth-code-length = { $count ->
    [one] The code has 28 letters and digits; one was typed. Compare it with your letter.
   *[other] The code has 28 letters and digits; { $count } were typed. Compare it with your letter.
  }
booth-code-letter = There is a letter in group { $group } that stands in no code. Compare this group with your letter.
booth-code-check = There is a typing mistake in the code. Compare it with your letter, group by group.
booth-code-not-yours = Please note: this is not the code that was made for you and this ballot. Compare it with your letter, and check that you signed in as yourself.
booth-code-void = Please note: this code was replaced by a newer one. Use the code that you got last.
booth-code-choices = Your choices are still here.

# Step 2: choose
booth-choose-one = Choose one answer
booth-choose-exactly = Choose { $count } answers
booth-choose-up-to = { $max ->
    [one] Choose one answer or none
   *[other] Choose up to { $max } answers
  }
booth-choose-between = Choose { $min } to { $max } answers
booth-blank = I abstain
booth-blank-hint = You take part, and choose none of the answers.
booth-chosen = { $count } of at most { $max } chosen
booth-full = { $max ->
    [one] You can choose one answer. To choose another one, take it away first.
   *[other] You can choose { $max } answers. To choose another one, take one away first.
  }
booth-few = { $min ->
    [one] Choose an answer.
   *[other] Choose at least { $min } answers.
  }
booth-few-blank = { $min ->
    [one] Choose an answer, or abstain.
   *[other] Choose at least { $min } answers, or abstain.
  }

# Step 3: check
booth-sealing = Your vote is being sealed
booth-sealing-text = This takes a moment. Nothing has been sent yet.
booth-review = Check your vote
booth-review-number = With this number you can find your vote on the record later. It does not show your choices.
booth-review-choices = Your choices
booth-review-none = None of the answers
booth-review-change = Change
booth-review-change-question = Change: { $question }
booth-review-sealed = Your vote was sealed on this device. What you chose leaves it only sealed.
booth-review-elsewhere = Please note: you have voted in another window. If you cast this vote too, only this one counts.
booth-cast = Cast my vote
booth-test-link = Test this vote

# Testing
booth-test = Test this vote
booth-test-text = Anybody may check that this page seals what was chosen. For that, this sealed vote is opened: you get a file with its choices and with how it was sealed. Another computer can seal them again and compare.
booth-test-after = A vote that was opened can never be cast. Your choices are then sealed anew.
booth-test-secret = Do not pass the file on if its choices are your own. Better choose something else for a test.
booth-test-button = Open this vote
booth-test-cut = There is no connection right now. Nothing was opened. Try again.
booth-test-limit = You cannot open this vote: it is on the record already, or you have opened as many as you may.
booth-test-other = This is not possible right now. Nothing was opened.
booth-tested = This vote was opened
booth-tested-text = It was not cast, and can never be. The file holds the vote with this receipt number; it was saved on your device.
booth-tested-how = Check it on another computer, also without a network:
booth-tested-save = Save the file again
booth-tested-again = Seal my choices anew

# Casting
booth-casting = Your vote is being cast
booth-casting-resumed = Please note: a vote that was cast here has no receipt yet. The same vote is being sent once more. It can only count once.
booth-cut = There is no answer yet
booth-cut-text = The connection was lost, so it is not known whether your vote has arrived. The same vote is sent again until the receipt is here. It can only count once.
booth-cut-next = { $seconds ->
    [one] Next try in one second.
   *[other] Next try in { $seconds } seconds.
  }
booth-try-now = Try now
booth-wait-kept = You can leave this page open. If you come back to it in this window, it goes on by itself.
booth-busy = The server has a lot to do
booth-busy-text = It has not taken your vote yet. Your vote waits here and is sent again by itself.
booth-soon = Please wait a little
booth-soon-text = You voted a moment ago. Your earlier vote counts as long as you do not cast this one.
booth-soon-now = You can cast your vote now.
booth-keep-earlier = Keep my earlier vote
booth-storage = The server cannot take votes right now
booth-storage-text = It did not take your vote. Please tell those who run the ballot, and try again later.
booth-clock = The server’s clock is wrong
booth-clock-text = It takes no votes until its clock is right, and did not take yours. Please tell those who run the ballot, and try again later.
booth-internal = Something went wrong at the server
booth-internal-text = It is not known whether your vote was counted. Try again: the same vote is sent, and can only count once.
booth-elsewhere = Another vote of yours counts
booth-elsewhere-text = You have voted elsewhere, in another window or on another device. The vote on this page has no receipt. If you send it now, it takes the place of the other one.
booth-send-this = Send this vote
booth-keep-other = Keep the other vote

# After the end
booth-closed = Voting has ended
booth-closed-at = It ended: { $time }
booth-closed-none = No vote was sent from this page.
booth-closed-voted = The last vote that you cast before counts.
booth-closed-late = Please note: your vote came after the end and was not counted. If you cast one before, that one counts.
booth-closed-asking = Looking on the record for your vote …
booth-closed-counted = Done: your vote is on the record and counts.
booth-closed-replaced = Please note: your vote is on the record, and a later vote of yours counts in its place.
booth-closed-missing = Please note: your vote did not arrive before the end and was not counted. If you cast one before, that one counts.
booth-closed-unknown = Please note: it cannot be told yet whether your vote was counted. Keep the receipt number, and look again later.
booth-results = To the result

# When a vote is not taken
booth-refused = Your vote was not taken
booth-refused-bad = The server could not read the sealed vote. Nothing was counted. Please vote again.
booth-refused-tested = This vote was opened for a test and can never be cast. Your choices can be sealed anew.
booth-refused-sealing = Your vote could not be sealed on this device. Nothing was sent. Try again, or use another browser.
booth-refused-lost = The file for the test could not be made. The vote will never be counted. Your choices can be sealed anew.
booth-refused-other = The server refused it: { $code }. Nothing was counted.
booth-replaced = A later vote counts
booth-replaced-text = This vote is on the record, and a later vote of yours counts in its place.
booth-too-often = Your last vote stands
booth-too-often-text = You have replaced your vote as often as you may. The last one with a receipt counts.

# Step 4: the receipt
booth-receipt = Your vote has been cast
booth-receipt-done = Done: your vote is on the record.
booth-receipt-for = This receipt proves that your vote was taken. With it you can check at any time that your vote is counted. It does not show what you chose.
booth-receipt-copy = Copy
booth-receipt-copied = Copied
booth-receipt-words = In words, to read out over a phone
booth-receipt-qr = This picture opens the check on another phone
booth-receipt-print = Print
booth-receipt-save = Save as a file
booth-receipt-wrong = Careful: the signature on this receipt is not right. Save the receipt and tell those who run the ballot.
booth-receipt-genuine = The server’s signature on it is right.
booth-receipt-step = { $minutes ->
    [one] While voting is open, new votes show on the record within about a minute.
   *[other] While voting is open, new votes show on the record within about { $minutes } minutes.
  }
booth-receipt-again = You can vote again until voting ends; only your last vote counts.
booth-receipt-gone = This page keeps nothing. Save or print the receipt before you close it.
