import { type Instant, startOf, dayOf } from "../../model/time.ts";
import type { Letter } from "./letter.ts";
import { letterText } from "./markdown.ts";

/** What a mail file needs besides the letter. */
export interface MailOptions {
  readonly now: Instant;
  /** SHA-256 in hexadecimal digits: the same letter has the same Message-ID. */
  readonly hash: (text: string) => string;
}

/**
 * The letter as a mail file (RFC 5322) that mail programs open as a draft. Nobody is written into From or To whose name
 * is no mail address: the person who sends it fills that in. Dated by the day, so that the same input gives the same bytes.
 */
export function letterMail(letter: Letter, { now, hash }: MailOptions): string {
  const body = letterText(letter);
  const to = mailboxOf(letter.to);
  const from = mailboxOf(letter.answerTo);
  const id = hash([letter.reminder.address, letter.reminder.kind, letter.subject, body, dayOf(now)].join("\n"));
  const headers = [
    `Date: ${new Date(startOf(dayOf(now))).toUTCString().replace("GMT", "+0000")}`,
    ...(from === undefined ? [] : [`From: ${from}`]),
    ...(to === undefined ? [] : [`To: ${to}`]),
    ...(from === undefined ? [] : [`Reply-To: ${from}`]),
    `Subject: ${headerText("Subject: ", letter.subject)}`,
    `Message-ID: <${id.slice(0, 40)}@rosterform.invalid>`,
    "X-Unsent: 1",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
  ];
  const encoded = base64(body).replace(/.{76}(?=.)/gu, "$&\r\n");
  return `${headers.join("\r\n")}\r\n\r\n${encoded}\r\n`;
}

const MAILBOX = /^(?:"?([^"<>]*?)"?\s*<)?([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+)>?$/u;

/** The bare address of what documents write: `a@b`, or `Name <a@b>`. A longer one than fits a line is none. */
export function mailboxOf(text: string | undefined): string | undefined {
  const address = MAILBOX.exec(text?.trim() ?? "")?.[2];
  return address === undefined || address.length > 254 ? undefined : address;
}

/** Plain where it is short and plain; else encoded words (RFC 2047), each with whole characters, folded. */
function headerText(name: string, text: string): string {
  if (/^[\x20-\x7e]*$/u.test(text) && !text.includes("=?") && name.length + text.length <= 76) return text;
  const words: string[] = [];
  let word = "";
  for (const character of text) {
    if (new TextEncoder().encode(word + character).length > 39) {
      words.push(word);
      word = "";
    }
    word += character;
  }
  return [...words, word].map((one) => `=?utf-8?B?${base64(one)}?=`).join("\r\n ");
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
