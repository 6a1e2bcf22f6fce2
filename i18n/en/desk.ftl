# Texts of the desk's pages, and of the page for members who have no code.

# Members who have no code
no-code-link = I have no voting code
no-code-title = I have no voting code
no-code-intro = Ask for another one here. If everything fits, we send a letter to the e-mail address that your union had on file when the ballot was fixed. Your old code keeps working until you have used the permit in that letter.
no-code-none = At the moment there is no ballot for which codes are given out.
no-code-ballot = Ballot
no-code-fact = What only you know
no-code-fact-hint = If your union has agreed something with you, such as a date or a word. Otherwise leave it empty.
no-code-button = Ask for another code
no-code-ballot-missing = Choose the ballot.
no-code-asked = We have noted that. If everything fits, a letter is on its way to the e-mail address on file; it can take some minutes. There is at most one a day.
no-code-no-letter = No letter after an hour, or another address by now? Then people have to help:
no-code-have-permit = I have the letter with the permit
no-code-ask = Codes of this ballot are not replaced on this page. Ask:
no-code-not-now = Codes of this ballot cannot be replaced any more, or not yet. Look at the ballot's page.
no-code-often = This was asked too often.

# With the permit
again-title = Get another voting code
again-intro = Type the permit from the letter. Your old code then stops working at once, and a letter with the new one goes to the same e-mail address.
again-permit = Permit
again-permit-hint = 16 letters and digits, in the letter that you asked for. Capitals, spaces and dashes do not matter.
again-permit-missing = Type the permit from the letter.
again-permit-mistyped = There is a typing mistake in the permit. Compare it letter by letter with the letter.
again-wrong = Member number and permit do not fit together, or the permit was used or is older than a day. Check both, or ask for a new one.
again-voted = A vote of yours is recorded already, so your code cannot be replaced any more. Your vote counts. If you did not cast it, call:
again-button = Replace my code
again-done = Your old code no longer works. A letter with the new one is on its way to the e-mail address on file.

# The desk, for officers
desk-link = Desk: help members with codes and addresses
desk-title = Desk
desk-intro = Find a member, see where their letters stand, replace a lost code or correct an e-mail address. Nobody here ever sees a code.
desk-search = Number or name
desk-search-hint = Parts of a name in any order; accents and capitals do not matter.
desk-search-button = Find
desk-search-missing = Type a number or a part of a name.
desk-search-too-long = That is too long to be a name.
desk-nobody = Nobody was found. Try a part of the name, or the number.
desk-found = { $total ->
    [one] One member was found.
   *[other] { $total } members were found.
  }
desk-more = Only the first { $shown } are shown. Type more of the name.
desk-gone = Not on the roll any more
desk-unit = Unit
desk-standing = Standing
desk-email = E-mail for letters
desk-phone = Telephone
desk-language = Language
desk-none = None
desk-password = Password
desk-password-set = Set
desk-password-none = Not yet: the member needs an activation code
desk-fact = What only the member knows
desk-fact-there = On file: ask for it on the page for members without a code
desk-ballots = Ballots
desk-no-ballots = No ballot is frozen or open.
desk-may-vote = May vote in it
desk-may-vote-in = May vote in it, in { $box }
desk-may-not = Not on its frozen roll: may not vote in it.
desk-codes-to = Codes by e-mail go to
desk-codes-none = No e-mail address when it was frozen: codes go by hand
desk-letters = Letters
desk-no-letters = Nothing is known of any letter.
desk-channel-email = E-mail
desk-channel-post = Post
desk-channel-hand = By hand
desk-state-queued = waits to be sent, since { $day }
desk-state-printed = printed on { $day }
desk-state-sent = sent on { $day }
desk-state-delivered = arrived on { $day }
desk-state-handed-over = handed over on { $day }
desk-state-bounced = came back on { $day }
desk-with-code = With the code
desk-new-code = A new code would go
desk-way-email = in a letter to the e-mail address that was on the roll when the ballot was frozen
desk-way-hand = by hand: whoever asked for the ballot to be frozen fetches it and has it signed for
desk-way-registrar = through the registrar, who hands it out
desk-no-spares = No spare codes are left: no code can be replaced.
desk-reissue-link = Replace the code
desk-reissue-title = Replace the voting code of { $name }
desk-reissue-who = Member
desk-reissue-ballot = Ballot
desk-reissue-what = What happens
desk-reissue-void = The old code stops working at once. This cannot be taken back.
desk-reissue-spares = { $spares ->
    [one] One spare code is left.
   *[other] { $spares } spare codes are left.
  }
desk-reissue-two = Another officer has to agree first.
desk-reissue-sure = Speak with the member first: they call, or you call a number that you had before.
desk-reissue-button = Void the old code, make a new one
desk-reissue-back = Back to the member
desk-reissue-voted = A vote stands under this code, so it cannot be replaced any more. The vote counts unless the member replaces it with the same code. That you asked stands in the log.
desk-reissue-not-now = Codes are replaced only while a ballot is frozen or open, for members on its frozen roll, and while spare codes are left.
desk-reissued = The old code no longer works. The new one goes { $way }.
desk-proposed = This takes two people. Nothing is done until another officer approves proposal { $number }.
desk-change-title = Correct the e-mail address
desk-change-intro = Letters go to the new address after an hour, and the old one is told at once. Codes of ballots that are frozen already never go there. While a ballot of the member's is frozen or open, another officer has to agree.
desk-change-field = New e-mail address
desk-change-wrong = This is not an e-mail address. It needs a name, an @ and a domain, such as anna@example.org.
desk-change-same = This is the member's address already.
desk-change-button = Change the address
desk-change-waits = From { $time } on letters go to { $email }.
desk-change-cancel = Take the change back
desk-changed = The change is noted. It is in use in an hour.
desk-cancelled = The change is taken back: letters go where they went before.
