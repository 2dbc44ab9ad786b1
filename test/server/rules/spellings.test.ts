// What people write, and the keyword that it is: every spelling is asked of the real rules.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
  for (const [keyword, action] of [
    ...optOut.map((word) => [word, "optOut"]),
    ...optIn.map((word) => [word, "optIn"]),
  ]) {
    const { status } = await app.call("POST", "/v1/rules", { channel: "sms", keyword, action });
    assert.equal(status, 201, keyword);
  }
});
after(() => app.end());

const optOut = [
  "stop",
  "stopall",
  "stop all",
  "end",
  "optout",
  "opt out",
  "arret",
  "no más",
  "stopp",
  "Straße",
  "iptal",
  "çıkış",
  "dừng",
  "l'arrêt",
  "24/7",
  "🛑",
  "ΣΤΟΠ",
  "διακοπή",
  "стоп",
  "ещё нет",
  "إلغاء",
  "إيقاف",
  "הסר",
  "די",
  "रोकें",
  "बंद करो",
  "বন্ধ",
  "நிறுத்து",
  "停止",
  "退订",
  "取消订阅",
  "やめる",
  "ストップ",
  "ガイド終了",
  "수신거부",
  "그만",
  "หยุด",
  "ຢຸດ",
  "ឈប់",
  "ရပ်",
  "გაჩერება",
  "դադար",
  "አቁም",
];
const optIn = ["join", "join now", "да", "はい", "👍", "1"];

/** What was written, and the folded keyword of the rule that acts; null where none does. */
const spellings: [string, string | null][] = [
  // Latin
  ["STOP", "stop"],
  ["stop", "stop"],
  ["Stop", "stop"],
  ["sToP", "stop"],
  [" stop!", "stop"],
  ["\t\n stop", "stop"],
  ['"Stop" please', "stop"],
  ["“STOP”", "stop"],
  ["«stop»", "stop"],
  ["¡stop!", "stop"],
  ["(stop)", "stop"],
  ["*STOP*", "stop"],
  ["_stop_", "stop"],
  ["<STOP>", "stop"],
  ["...stop...", "stop"],
  ["'stop'", "stop"],
  ["STOP.Thanks", "stop"],
  ["stop,now", "stop"],
  ["STOP\u00a0please", "stop"],
  ["ＳＴＯＰ", "stop"],
  ["𝐒𝐓𝐎𝐏", "stop"],
  ["Ⓢⓣⓞⓟ", "stop"],
  ["ｓｔｏｐ　ａｌｌ", "stop all"],
  ["S̶T̶O̶P̶", "stop"],
  ["\u202eSTOP\u202c", "stop"],
  ["\u200f\u2068stop\u2069", "stop"],
  ["\ufeffST\u200bOP", "stop"],
  ["st\u00adop", "stop"],
  ["STOP\u0007", "stop"],
  ["🛑 STOP", "stop"],
  ["👍 stop", "stop"],
  ["🛑", "🛑"],
  ["🛑🛑🛑", "🛑"],
  ["👍🏽", "👍"],
  ["1️⃣", "1"],
  ["stop-all", "stop all"],
  ["STOP  ALL", "stop all"],
  ["stop‐all", "stop all"],
  ["Stop — All of it", "stop all"],
  ["STOPALL", "stopall"],
  ["Opt-Out", "opt out"],
  ["OPTOUT", "optout"],
  ["Arrêt", "arret"],
  ["ARRE\u0302T", "arret"],
  ["arret svp", "arret"],
  ["L’ARRÊT", "l'arret"],
  ["No Más", "no mas"],
  ["no mas", "no mas"],
  ["Stopp!", "stopp"],
  ["STRASSE", "strasse"],
  ["STRAẞE", "strasse"],
  ["straße", "strasse"],
  ["İPTAL", "iptal"],
  ["IPTAL", "iptal"],
  ["ıptal", "iptal"],
  ["ÇIKIŞ", "cikis"],
  ["cikis", "cikis"],
  ["DỪNG", "dung"],
  ["dung", "dung"],
  ["24/7 please", "24/7"],
  ["JOIN now!", "join now"],
  ["join", "join"],
  ["stopwatch", null],
  ["please stop", "stop"],
  ["please don't stop", null],
  ["S T O P", null],
  ["S.T.O.P.", null],
  ["stop2", null],
  ["nonstop", null],
  ["stops", null],
  ["stop's", null],
  ["ending", null],
  ["joint", null],
  ["yes", null],
  ["no", null],
  ["12", null],
  ["", null],
  ["!!!", null],
  // Greek
  ["στοπ", "στοπ"],
  ["ΣΤΟΠ!", "στοπ"],
  ["ΔΙΑΚΟΠΗ", "διακοπη"],
  ["διακοπή", "διακοπη"],
  ["διακοπη παρακαλώ", "διακοπη"],
  ["διακοπής", null],
  // Cyrillic
  ["СТОП", "стоп"],
  ["Стоп, пожалуйста", "стоп"],
  ["стопка", null],
  ["ЕЩЕ НЕТ", "еще нет"],
  ["ещё-нет", "еще нет"],
  ["Да", "да"],
  ["Дай", null],
  // Arabic
  ["إلغاء", "الغاء"],
  ["الغاء", "الغاء"],
  ["إِلْغَاء", "الغاء"],
  ["إيقـــاف الآن", "ايقاف"],
  ["ﺍﻟﻐﺎﺀ", "الغاء"],
  // Hebrew
  ["הסר", "הסר"],
  ["הָסֵר", "הסר"],
  ["\u200fהסר אותי", "הסר"],
  ["הסרה", null],
  ["די־די", "די"],
  // Devanagari, Bengali, Tamil: marks are letters
  ["रोकें", "रोकें"],
  ["रोकें।", "रोकें"],
  ["रक", null],
  ["रोको", null],
  ["बंद  करो", "बंद करो"],
  ["বন্ধ করুন", "বন্ধ"],
  ["நிறுத்து", "நிறுத்து"],
  ["நிறுத்தி", null],
  // Han, kana
  ["停止", "停止"],
  ["停止短信", "停止"],
  ["停止。", "停止"],
  ["「停止」", "停止"],
  ["退订", "退订"],
  ["退订！", "退订"],
  ["取消订阅", "取消订阅"],
  ["请停止", null],
  ["やめる", "やめる"],
  ["ストップ", "ストップ"],
  ["ｽﾄｯﾌﾟ", "ストップ"],
  ["ストップしてください", "ストップ"],
  ["ｶﾞｲﾄﾞ終了", "ガイド終了"],
  ["カイト終了", null],
  ["STOPください", "stop"],
  ["はい", "はい"],
  // Hangul
  ["수신거부", "수신거부"],
  ["수신거부 해주세요", "수신거부"],
  ["그만".normalize("NFD"), "그만"],
  ["그만두지 마세요", null],
  // Thai, Lao, Khmer, Burmese
  ["หยุด", "หยุด"],
  ["หยุดส่งข้อความ", "หยุด"],
  ["กรุณาหยุด", null],
  ["ຢຸດສົ່ງ", "ຢຸດ"],
  ["ឈប់ផ្ញើសារ", "ឈប់"],
  ["ရပ်ပါ", "ရပ်"],
  // Georgian, Armenian, Ethiopic
  ["ᲒᲐᲩᲔᲠᲔᲑᲐ", "გაჩერება"],
  ["ԴԱԴԱՐ", "դադար"],
  ["አቁም።", "አቁም"],
];

test("the table has at least 60 spellings in at least 8 scripts", () => {
  const scripts = [
    "Latin",
    "Greek",
    "Cyrillic",
    "Arabic",
    "Hebrew",
    "Devanagari",
    "Han",
    "Hangul",
    "Thai",
  ];
  const text = spellings.map(([written]) => written).join("");
  assert.deepEqual(
    scripts.filter((script) => !new RegExp(`\\p{Script=${script}}`, "u").test(text)),
    [],
  );
  assert.ok(spellings.length >= 60);
});

for (const [written, expected] of spellings) {
  test(`${JSON.stringify(written)} is ${expected === null ? "no keyword" : `the keyword ${expected}`}`, async () => {
    const { status, body } = await app.call("POST", "/v1/rules/test", {
      channel: "sms",
      to: "12345",
      body: written,
    });
    assert.equal(status, 200);
    assert.equal(body.winner?.folded ?? null, expected, JSON.stringify(body));
  });
}
