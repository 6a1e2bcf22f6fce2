# What is printed: letters with voting codes, slips, lists of who got one. Plain text and short: a letter has one page.

letter-subject = Your voting code: { $title }
letter-greeting = Dear { $name },
letter-what = { $union } asks its members to vote. This letter brings you your own voting code. Show it to nobody: nobody from the union, and nobody else, will ever ask you for it.
letter-from-until = You can vote from { $opens } until { $closes }.
letter-from = You can vote from { $opens }. You will be told when voting ends.
letter-until = You can vote until { $closes }.
letter-when-told = You will be told when voting begins and when it ends.
letter-steps = How to vote
letter-step-1 = Scan the picture with your telephone, or open { $site } in a browser and choose this vote there.
letter-step-2 = Sign in with your member number and your password. If you have no password yet, ask the contact named above.
letter-step-3 = Type your voting code if you are asked for it. Choose, check, and cast your vote.
letter-step-4 = Keep the receipt that you are shown: with it you can see for yourself that your vote is on the record.
letter-again = Until voting ends you may vote again: only your last vote counts.
letter-lost = Is the code lost, or has somebody else seen it? Ask for a new one before you vote: { $contact }
letter-stranger = This letter is not for you? Please send it back to the sender. Without the member's password the code opens nothing.
letter-registrar = This code was made and printed by a registrar. The union's server has never seen it.
code-label = Your voting code
code-hint = Capital and small letters are the same; dashes may be left out.
paper-member-no = Member number
paper-unit = Unit
paper-box = Counted in
paper-contact = Questions
paper-practice = PRACTICE: this vote decides nothing
slip-keep = Yours alone: show it to nobody.
slip-until = until { $closes }
slip-site = Scan the picture, or open { $site }.
list-title = Voting codes handed over
list-name = Name
list-day = Day
list-signature = Signature
list-note = Everybody signs for the own slip. Slips that were not handed over go back: { $contact }
list-by = Handed over by (name, signature)
list-members = { $members ->
    [one] one member
   *[other] { $members } members
  }
list-page = Page { $page } of { $pages }
