//! The providers: one file each.

mod prelude;

use super::recipe::Recipe;
pub(super) use prelude::NOTHING_ELSE;

/// Declares the files, and collects their recipes in the order of their names.
macro_rules! providers {
    ($($(#[$attribute:meta])* $file:ident: $recipe:ident;)+) => {
        $($(#[$attribute])* mod $file;)+
        $($(#[$attribute])* pub use $file::$recipe;)+

        /// Every provider of this crate, by name.
        pub static ALL: &[Recipe] = &[$($(#[$attribute])* $recipe,)+];
    };
}

providers! {
    ably: ABLY;
    adyen_platform: ADYEN_PLATFORM;
    airwallex: AIRWALLEX;
    alchemy: ALCHEMY;
    anthropic: ANTHROPIC;
    asana: ASANA;
    attio: ATTIO;
    authsignal: AUTHSIGNAL;
    bigcommerce: BIGCOMMERCE;
    bitbucket: BITBUCKET;
    box_com: BOX;
    brevo: BREVO;
    buildkite: BUILDKITE;
    buildkite_token: BUILDKITE_TOKEN;
    cal: CAL;
    calendly: CALENDLY;
    cashfree: CASHFREE;
    chargebee: CHARGEBEE;
    circleci: CIRCLECI;
    clerk: CLERK;
    clickup: CLICKUP;
    close: CLOSE;
    cloudconvert: CLOUDCONVERT;
    cloudevents: CLOUDEVENTS;
    cloudflare_stream: CLOUDFLARE_STREAM;
    coinbase_commerce: COINBASE_COMMERCE;
    coinflow: COINFLOW;
    comapi: COMAPI;
    composio: COMPOSIO;
    configcat: CONFIGCAT;
    convoy: CONVOY;
    convoy_advanced: CONVOY_ADVANCED;
    creem: CREEM;
    crisp: CRISP;
    customer_io: CUSTOMER_IO;
    discourse: DISCOURSE;
    documenso: DOCUMENSO;
    docusign: DOCUSIGN;
    dodo_payments: DODO_PAYMENTS;
    dropbox: DROPBOX;
    #[cfg(feature = "nfkd")]
    easypost: EASYPOST;
    ecourtdate: ECOURTDATE;
    eka: EKA;
    ekko: EKKO;
    elevenlabs: ELEVENLABS;
    event_grid: EVENT_GRID;
    figma: FIGMA;
    finch: FINCH;
    fintoc: FINTOC;
    firecrawl: FIRECRAWL;
    flowglad: FLOWGLAD;
    fourthwall: FOURTHWALL;
    #[cfg(feature = "gzip")]
    getstream: GETSTREAM;
    ghost: GHOST;
    gitea: GITEA;
    github: GITHUB;
    gitlab: GITLAB;
    gitlab_token: GITLAB_TOKEN;
    gocardless: GOCARDLESS;
    greenhouse: GREENHOUSE;
    help_scout: HELP_SCOUT;
    heroku: HEROKU;
    hook0: HOOK0;
    hookdeck: HOOKDECK;
    hygraph: HYGRAPH;
    increase: INCREASE;
    infisical: INFISICAL;
    inngest: INNGEST;
    intercom: INTERCOM;
    jira: JIRA;
    kontent_ai: KONTENT_AI;
    lago: LAGO;
    langfuse: LANGFUSE;
    learning_360: LEARNING_360;
    lemon_squeezy: LEMON_SQUEEZY;
    line: LINE;
    linear: LINEAR;
    lithic: LITHIC;
    liveblocks: LIVEBLOCKS;
    logto: LOGTO;
    lovable: LOVABLE;
    mailersend: MAILERSEND;
    mailtrap: MAILTRAP;
    meta: META;
    metronome: METRONOME;
    microsoft_graph: MICROSOFT_GRAPH;
    modern_treasury: MODERN_TREASURY;
    mollie: MOLLIE;
    ms_teams: MS_TEAMS;
    mux: MUX;
    myax: MYAX;
    notion: NOTION;
    okta: OKTA;
    onfido: ONFIDO;
    openai: OPENAI;
    orb: ORB;
    paddle: PADDLE;
    pagerduty: PAGERDUTY;
    partner: PARTNER;
    #[cfg(feature = "insecure-md5")]
    patreon: PATREON;
    paynow: PAYNOW;
    paystack: PAYSTACK;
    plain: PLAIN;
    planetscale: PLANETSCALE;
    polar: POLAR;
    portone: PORTONE;
    pusher: PUSHER;
    quickbooks: QUICKBOOKS;
    #[cfg(feature = "gzip")]
    quicknode: QUICKNODE;
    razorpay: RAZORPAY;
    readme: README;
    recurly: RECURLY;
    render: RENDER;
    replicate: REPLICATE;
    resend: RESEND;
    retell: RETELL;
    revolut: REVOLUT;
    ringcentral: RINGCENTRAL;
    sanity: SANITY;
    scalekit: SCALEKIT;
    seam: SEAM;
    segment: SEGMENT;
    sent_dm: SENT_DM;
    sentry: SENTRY;
    shopify: SHOPIFY;
    shopware: SHOPWARE;
    signable: SIGNABLE;
    signatureapi: SIGNATUREAPI;
    sinch_conversation: SINCH_CONVERSATION;
    sinch_numbers: SINCH_NUMBERS;
    slack: SLACK;
    sonarqube: SONARQUBE;
    squarespace: SQUARESPACE;
    standard_webhooks: STANDARD_WEBHOOKS;
    stripe: STRIPE;
    supabase: SUPABASE;
    svix: SVIX;
    tailscale: TAILSCALE;
    telegram: TELEGRAM;
    terraform: TERRAFORM;
    textus: TEXTUS;
    textus_body: TEXTUS_BODY;
    twitch: TWITCH;
    typeform: TYPEFORM;
    unit: UNIT;
    vercel: VERCEL;
    veriff: VERIFF;
    viber: VIBER;
    webflow: WEBFLOW;
    websub: WEBSUB;
    whop: WHOP;
    woocommerce: WOOCOMMERCE;
    workos: WORKOS;
    x: X;
    xero: XERO;
    xobni: XOBNI;
    zavu: ZAVU;
    zendesk: ZENDESK;
    zoho_payments: ZOHO_PAYMENTS;
    zoom: ZOOM;
}

/// The provider with this name, such as `stripe`.
///
/// ```
/// use tower_webhook::schemes::{self, Scheme};
///
/// assert_eq!(schemes::by_name("stripe").unwrap().name(), "stripe");
/// assert!(schemes::by_name("Stripe").is_none());
/// ```
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Recipe> {
    ALL.iter().find(|recipe| recipe.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_is_a_sound_recipe() {
        for recipe in ALL {
            assert_eq!(recipe.check(), Ok(()), "{}", recipe.name);
            assert!(recipe.provider.is_some(), "{}", recipe.name);
        }
    }

    #[test]
    fn they_stand_in_the_order_of_their_names() {
        assert!(ALL.is_sorted_by(|first, second| first.name < second.name));
    }
}
