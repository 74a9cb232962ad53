import type { components } from "../../api/schema";
import { providerName } from "../../format/names";
import { month } from "../../format/time";

type Activity = components["schemas"]["ActivityView"];

const subjects: Record<Activity["action"], (subject: string, tokenName: (id: string) => string) => string> = {
  key_created: (provider) => `stored the ${providerName(provider)} key`,
  key_replaced: (provider) => `replaced the ${providerName(provider)} key`,
  key_validated: (provider) => `checked the ${providerName(provider)} key`,
  key_first_used: (provider) => `used the ${providerName(provider)} key for the first time`,
  key_marked_invalid: (provider) =>
    `marked the ${providerName(provider)} key as invalid, because the provider refused it`,
  key_deleted: (provider) => `deleted the ${providerName(provider)} key`,
  admin_key_created: (provider) => `stored the ${providerName(provider)} admin key`,
  admin_key_replaced: (provider) => `replaced the ${providerName(provider)} admin key`,
  admin_key_deleted: (provider) => `deleted the ${providerName(provider)} admin key`,
  statement_added: (provider) => `added a statement of ${providerName(provider)}`,
  invoice_set: (invoice) => `entered the total of ${invoiceName(invoice)}`,
  invoice_deleted: (invoice) => `removed the total of ${invoiceName(invoice)}`,
  data_key_rotated: (provider) => `encrypted the ${providerName(provider)} key again, with a new data key`,
  settings_changed: () => "changed the settings",
  agent_deleted: (agent) => `deleted the agent ${agent}`,
  token_created: (id, tokenName) => `made the token ${tokenName(id)}`,
  token_changed: (id, tokenName) => `changed the token ${tokenName(id)}`,
  token_rotated: (id, tokenName) => `rotated the token ${tokenName(id)}`,
  token_deleted: (id, tokenName) => `revoked the token ${tokenName(id)}`,
  conversation_deleted: (conversation) => `deleted the conversation ${conversation}`,
  usage_deleted: (event) => `deleted the usage event ${event}`,
  usage_replaced: (event) => `replaced the usage event ${event}`,
  usage_exported: () => "exported usage",
  usage_repriced: (text) => `priced the calls of ${/^\d{4}-\d\d$/.test(text) ? month(text) : text} again`,
  prices_changed: (version) => `stored version ${version} of the price book`,
  repricing_ordered: (from) => `ordered calls since ${from} to be priced again`,
  account_exported: () => "exported the account",
};

// The subject is a provider and a month.
function invoiceName(invoice: string): string {
  const [provider = "", of = ""] = invoice.split(" ");
  return `the ${providerName(provider)} invoice of ${/^\d{4}-\d\d$/.test(of) ? month(of) : of}`;
}

// A newer program may log more actions.
export function whatOf(activity: Activity, tokenName: (id: string) => string): string {
  const words = subjects[activity.action];
  const subject = activity.subject ?? "";
  return words ? words(subject, tokenName) : `${activity.action.replaceAll("_", " ")} ${subject}`;
}

export const whoOf = (by: Activity["by"]) =>
  ({ user: "You", token: "A token of yours", service: "A service, for you", program: "MyCoach" })[by] ?? by;
