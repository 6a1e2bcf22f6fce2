// One view for every page of the machine.

import { loading, signIn, stopped, unreachable } from "./views/arrive.js";
import { ballot, code } from "./views/ballot.js";
import { casting, closed, refused, waiting } from "./views/cast.js";
import { question } from "./views/choose.js";
import type { Maker, View } from "./views/parts.js";
import { type Desk, receipt } from "./views/receipt.js";
import { review, sealing, test, tested } from "./views/review.js";

export function page(maker: Maker, desk: Desk): View {
  const { page } = maker.state;
  switch (page.at) {
    case "loading":
      return loading(maker);
    case "unreachable":
      return unreachable(maker, page);
    case "sign-in":
      return signIn(maker, page);
    case "stopped":
      return stopped(maker, page);
    case "ballot":
      return ballot(maker);
    case "code":
      return code(maker);
    case "question":
      return question(maker, page);
    case "sealing":
      return sealing(maker);
    case "review":
      return review(maker);
    case "test":
      return test(maker);
    case "tested":
      return tested(maker, page, desk.save);
    case "casting":
      return casting(maker);
    case "waiting":
      return waiting(maker, page);
    case "closed":
      return closed(maker, page);
    case "refused":
      return refused(maker, page);
    case "receipt":
      return receipt(maker, page, desk);
  }
}
