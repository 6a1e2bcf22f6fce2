# Letters to members: subjects and texts.

# Around every letter
letter-greeting = Hello { $name },
letter-questions = Questions? Ask: { $contact }
letter-questions-union = Questions? Ask your union.
letter-at-once = Please tell us at once: { $contact }
letter-at-once-union = Please tell your union at once.
letter-why = You get this letter because you are a member of { $union }, which votes at { $site }.
letter-never-asked = Nobody from your union will ever ask for your password or your voting code, by e-mail, by telephone or in person.
letter-link-shown = If the button does not work, copy this address into your browser:
letter-opens = Voting begins
letter-closes = Voting ends
letter-no-time = will be announced
letter-ballot-button = See the ballot

# A code for an account
letter-activation-subject = Your activation code for voting at { $union }
letter-activation-intro = { $union } holds votes online. To take part, first choose a password: with your member number and this activation code.
letter-activation-code = Activation code
letter-activation-button = Set your password
letter-activation-lasts = { $days ->
    [one] The code works once, until tomorrow.
   *[other] The code works once, for { $days } days.
  } It is not a voting code: that one comes with each vote.
letter-activation-not-you = Do you have a password already, and did not ask for a new one? Then somebody may be trying to use your account.

# A vote is coming
letter-notice-subject = A vote is coming: { $title }
letter-notice-intro = { $union } is going to vote on “{ $title }”.
letter-notice-roll = By the list of members you may take part. On the ballot’s page you can read the questions, what it takes to pass, and who may vote. If something about you is wrong there, tell us before voting begins.
letter-notice-code = When voting begins you get a voting code. Until then there is nothing you need to do.

# The vote is open
letter-open-subject = Voting is open: { $title }
letter-open-intro = Voting on “{ $title }” in { $union } has begun.
letter-open-link = This button opens your ballot, with your own voting code in it. Please do not pass this letter on.
letter-open-button = Vote now
letter-open-separately = Your voting code comes to you separately, on paper or by another letter. With it and your password you can vote here.
letter-open-again = You can vote again until voting ends. Only your last vote counts.

# A new voting code
letter-new-code-subject = Your new voting code: { $title }
letter-new-code-intro = You get a new voting code for the vote on “{ $title }”. The old one no longer works, and no vote was cast with it.
letter-new-code-not-you = Did you not ask for a new code?

# Somebody asked for another voting code
letter-code-asked-subject = Another voting code? { $title }
letter-code-asked-intro = Somebody, most likely you, told us that you have no voting code for the vote on “{ $title }”. If it was you, open this page and type what stands below. Then your old code stops working, and a new one is sent to this address.
letter-code-asked-permit = To type on that page
letter-code-asked-button = Get a new voting code
letter-code-asked-lasts = { $hours ->
    [one] It works once, for one hour.
   *[other] It works once, for { $hours } hours.
  }
letter-code-asked-not-you = Was it not you? Then you need do nothing: your voting code stays as it is.

# Not voted yet
letter-reminder-subject = You can still vote: { $title }
letter-reminder-intro = Voting on “{ $title }” is open. When this letter was written, no vote was recorded for you. If you have voted in the meantime, thank you: there is nothing left to do.
letter-reminder-code = Your voting code is in the letter or on the slip of paper that you were given.
letter-reminder-no-code = No code? Get help here:
letter-closing-soon-subject = Voting ends soon: { $title }
letter-closing-soon-intro = Voting on “{ $title }” ends soon. When this letter was written, no vote was recorded for you. If you have voted in the meantime, thank you: there is nothing left to do.

# Whether somebody else votes for a member
letter-recorded-subject = A vote was recorded for you: { $title }
letter-recorded-intro = A vote was recorded for you in the vote on “{ $title }”. If you voted, all is well, and there is nothing you need to do.
letter-replaced-subject = Your vote was replaced: { $title }
letter-replaced-intro = Your vote on “{ $title }” was replaced by a new one, and only the new one counts. If you voted again, all is well, and there is nothing you need to do.
letter-voted-not-you = Was it not you? Then somebody else has used your voting code and your password.
letter-voted-again = As long as voting is open you can vote again yourself. Only the last vote counts.

# Result
letter-result-subject = The result: { $title }
letter-result-intro = The votes on “{ $title }” have been counted.
letter-result-recorded = A vote was recorded for you.
letter-result-not-recorded = No vote was recorded for you.
letter-result-wrong = Is that not right?
letter-result-button = See the result

# Address
letter-address-changed-subject = Your e-mail address at { $union } was changed
letter-address-changed-intro = Somebody changed the e-mail address that { $union } has for you. In about an hour, letters begin to go to the new address and no longer to this one. Voting codes for a vote that is under way already never go to the new address.
letter-address-changed-not-you = Did you not ask for this?

# Test
letter-test-subject = A test letter from { $union }
letter-test-intro = This letter tests whether mail from { $union } arrives. Type this number where you asked for it.
letter-test-number = Number
letter-test-not-you = If you did not ask for a test, you need do nothing.
