// Sample data: fills an empty system, so that a newcomer sees what each page looks like in use.

import { type Sql, transaction } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { Problem } from "../errors.ts";
import { addPreset } from "../rules/rule-sets.ts";
import type { Filled } from "../schemas/sample-data.ts";
import { type SampleStory, sampleForms, tellStory } from "./story.ts";

/**
 * Puts sample data in. Its events are set by `set_flag` like all others, dated back within the
 * order of each flag, and say `"sample": true` of who set them: they prove nothing about anybody.
 * Throws `not_empty`.
 */
export async function fillWithSampleData(sql: Sql): Promise<Filled> {
  const story = tellStory(Date.now());
  return transaction(sql, async (tx) => {
    await tx`lock table profiles, forms, rules, broadcasts in share row exclusive mode`;
    const state = await oneRow(tx<[{ empty: boolean }]>`select is_empty() as empty`);
    if (!state.empty) {
      throw new Problem(
        "not_empty",
        "Sample data goes into an empty system only, and this one is in use.",
      );
    }
    await makeForms(tx);
    await makeRules(tx);
    await makePeople(tx, story);
    await tell(tx, story);
    await makeBroadcast(tx);
    const filled = await oneRow(tx<[Filled]>`
      select (select count(*)::int from profiles) as profiles,
        (select count(*)::int from forms) as forms,
        (select count(*)::int from rules) as rules, (select count(*)::int from events) as events`);
    return filled;
  });
}

async function makeForms(tx: Sql): Promise<void> {
  const forms = [
    {
      id: sampleForms.sms,
      channel: "sms",
      description: "Bread news, foot of every page",
      confirmationMessage:
        "I agree to get texts from Salt & Crumb about fresh bread, up to 4 a month. I can stop at any time by replying STOP.",
      buttonText: "Text me the bread news",
    },
    {
      id: sampleForms.whatsApp,
      channel: "whatsApp",
      description: "Order updates, checkout",
      confirmationMessage: "I agree that Salt & Crumb tells me on WhatsApp when my order is ready.",
      buttonText: "Tell me on WhatsApp",
    },
    {
      id: sampleForms.email,
      channel: "email",
      description: "Newsletter, home page",
      confirmationMessage: "Send me the Salt & Crumb newsletter by email, once a month.",
      buttonText: "Subscribe",
    },
  ];
  await tx`
    with wanted as (
      select * from jsonb_to_recordset(${tx.json(forms)})
        as w (id text, channel text, description text, "confirmationMessage" text,
          "buttonText" text)
    ), made as (
      insert into forms (id, description, allowed_origins, active, wording, created_at, updated_at)
      select id, description, '[]', true, 1, now() - interval '60 days', now() - interval '60 days'
      from wanted
      returning id
    )
    insert into wordings (form_id, number, channel, confirmation_message, button_text,
      business_name, privacy_url, default_country, created_at)
    select made.id, 1, w.channel, w."confirmationMessage", w."buttonText", 'Salt & Crumb',
      'https://example.com/privacy',
      case when w.channel <> 'email' then 'US' end, now() - interval '60 days'
    from made join wanted w using (id)`;
}

async function makeRules(tx: Sql): Promise<void> {
  const inbound = "*";
  for (const channel of ["sms", "whatsApp"] as const) {
    // The bakery answers the words that every new system has.
    await tx`delete from rules where channel = ${channel} and preset in ('stop', 'start')`;
    const out = "You will get no more messages from Salt & Crumb. Write START to come back.";
    await addPreset(tx, { channel, inbound, preset: "stop", reply: out });
    await addPreset(tx, {
      channel,
      inbound,
      preset: "start",
      reply: "Welcome back to Salt & Crumb.",
    });
  }
  const help = "Salt & Crumb: up to 4 texts a month. Write STOP to stop.";
  await tx`delete from rules where channel = 'sms' and preset = 'help'`;
  await addPreset(tx, { channel: "sms", inbound, preset: "help", reply: help });
  await tx`
    update rules set created_at = created_at - interval '60 days',
      updated_at = updated_at - interval '60 days'`;
}

async function makePeople(tx: Sql, { people }: SampleStory): Promise<void> {
  await tx`
    select make_profiles(${tx.json(
      people.map(({ name, city, ...person }) => ({
        ...person,
        properties: { name, city, sample: true },
      })),
    )})`;
}

/**
 * Everything that happened, in its order: flags with their events, submissions, what was written
 * and the replies to it.
 */
async function tell(tx: Sql, { happenings }: SampleStory): Promise<void> {
  await tx`
    with told as materialized (
      select h.*, case when h."optIn" is not null then set_flag(
        p_profile_id => h."profileId", p_channel => h.channel, p_opted_in => h."optIn",
        p_source => h.source,
        p_actor => jsonb_strip_nulls(jsonb_build_object(
          'form', h.form, 'wording', case when h.form is not null then 1 end, 'rule', h.rule,
          'sample', true)),
        p_reason => h.reason,
        p_evidence => case when h.form is not null
          then '{"page": "https://example.com/", "language": "en"}'::jsonb
          when h.body is not null then jsonb_build_object('text', h.body) end,
        p_at => h.at
      ) end as event_id
      from (
        select s.*, (select id from rules r where r.channel = s.channel
          and r.folded = s.keyword) as rule
        from jsonb_to_recordset(${tx.json(happenings)})
          as s ("profileId" text, channel text, at timestamptz, source text, "optIn" boolean,
            reason text, form text, body text, keyword text)
        order by s.at
      ) h
    ), used as (
      insert into submissions (form_id, wording, profile_id, event_id, at)
      select form, 1, "profileId", event_id, at from told where form is not null order by at
    ), received as (
      insert into inbounds (provider, channel, sender, recipient, body, profile_id, rule_id, action,
        event_id, received_at)
      select 'sample', t.channel, p.phone_number, '+12125550100', t.body, p.id, t.rule,
        case when t.rule is null then 'none' else 'optOut' end, t.event_id, t.at
      from told t join profiles p on p.id = t."profileId"
      where t.body is not null
      order by t.at
      returning id, profile_id, channel, recipient, rule_id, received_at
    )
    insert into messages (profile_id, channel, reply_to, require_opt_in, sender, body, status,
      attempts, created_at, updated_at)
    select i.profile_id, i.channel, i.id, false, i.recipient, r.reply, 'sent', 1, i.received_at,
      i.received_at
    from received i join rules r on r.id = i.rule_id
    order by i.id`;
}

/** A broadcast of three days ago, to those who were opted in then and still are. */
async function makeBroadcast(tx: Sql): Promise<void> {
  const made = await tx`
    with broadcast as (
      insert into broadcasts (id, name, channel, title, body, audience, status, created_at,
        updated_at, frozen_at)
      select 'samplebroadcast1', 'Sourdough week', 'email', 'Sourdough week at Salt & Crumb',
        'Hello {{profile.name}}, a fresh loaf is yours for half its price until Sunday.', '{"everyone": true}', 'done',
        sent_at, sent_at, sent_at
      from (values (now() - interval '3 days')) moment (sent_at)
      returning id, created_at
    )
    insert into messages (profile_id, channel, broadcast_id, require_opt_in, status, attempts,
      created_at, updated_at)
    select f.profile_id, f.channel, b.id, true, 'sent', 1, b.created_at, b.created_at
    from broadcast b join flags f on f.channel = 'email' and f.opted_in and f.since < b.created_at
    order by f.profile_id`;
  await tx`update broadcasts set total = ${made.count} where id = 'samplebroadcast1'`;
}
