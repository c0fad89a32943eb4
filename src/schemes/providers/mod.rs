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
    adyen: ADYEN;
    adyen_platform: ADYEN_PLATFORM;
    airwallex: AIRWALLEX;
    alchemy: ALCHEMY;
    #[cfg(feature = "public-key")]
    alipay: ALIPAY;
    anthropic: ANTHROPIC;
    asana: ASANA;
    attio: ATTIO;
    authsignal: AUTHSIGNAL;
    bigcommerce: BIGCOMMERCE;
    bitbucket: BITBUCKET;
    box_com: BOX;
    braintree: BRAINTREE;
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
    cloudinary: CLOUDINARY;
    coinbase_commerce: COINBASE_COMMERCE;
    coinflow: COINFLOW;
    comapi: COMAPI;
    composio: COMPOSIO;
    configcat: CONFIGCAT;
    contentful: CONTENTFUL;
    convoy: CONVOY;
    convoy_advanced: CONVOY_ADVANCED;
    creem: CREEM;
    crisp: CRISP;
    customer_io: CUSTOMER_IO;
    #[cfg(feature = "public-key")]
    discord: DISCORD;
    discourse: DISCOURSE;
    documenso: DOCUMENSO;
    docusign: DOCUSIGN;
    dodo_payments: DODO_PAYMENTS;
    dropbox: DROPBOX;
    dropbox_sign: DROPBOX_SIGN;
    #[cfg(feature = "nfkd")]
    easypost: EASYPOST;
    #[cfg(feature = "public-key")]
    ebay: EBAY;
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
    hubspot_v1: HUBSPOT_V1;
    hubspot_v2: HUBSPOT_V2;
    hubspot_v3: HUBSPOT_V3;
    hygraph: HYGRAPH;
    increase: INCREASE;
    infisical: INFISICAL;
    inngest: INNGEST;
    intercom: INTERCOM;
    jira: JIRA;
    #[cfg(feature = "public-key")]
    kick: KICK;
    #[cfg(feature = "public-key")]
    kinde: KINDE;
    kontent_ai: KONTENT_AI;
    lago: LAGO;
    #[cfg(feature = "public-key")]
    lago_jwt: LAGO_JWT;
    langfuse: LANGFUSE;
    lark: LARK;
    lark_card: LARK_CARD;
    learning_360: LEARNING_360;
    lemon_squeezy: LEMON_SQUEEZY;
    line: LINE;
    linear: LINEAR;
    lithic: LITHIC;
    liveblocks: LIVEBLOCKS;
    #[cfg(feature = "public-key")]
    livekit: LIVEKIT;
    logto: LOGTO;
    lovable: LOVABLE;
    #[cfg(feature = "message-signatures")]
    mailchannels: MAILCHANNELS;
    mailersend: MAILERSEND;
    mailgun: MAILGUN;
    mailtrap: MAILTRAP;
    mandrill: MANDRILL;
    mercado_pago: MERCADO_PAGO;
    #[cfg(feature = "public-key")]
    messagebird: MESSAGEBIRD;
    messagebird_legacy: MESSAGEBIRD_LEGACY;
    meta: META;
    metronome: METRONOME;
    microsoft_graph: MICROSOFT_GRAPH;
    modern_treasury: MODERN_TREASURY;
    mollie: MOLLIE;
    #[cfg(feature = "keccak")]
    moralis: MORALIS;
    ms_teams: MS_TEAMS;
    mux: MUX;
    myax: MYAX;
    notion: NOTION;
    okta: OKTA;
    onfido: ONFIDO;
    openai: OPENAI;
    opennode: OPENNODE;
    orb: ORB;
    paddle: PADDLE;
    pagerduty: PAGERDUTY;
    partner: PARTNER;
    #[cfg(feature = "insecure-md5")]
    patreon: PATREON;
    paynow: PAYNOW;
    #[cfg(feature = "public-key")]
    paypal: PAYPAL;
    paystack: PAYSTACK;
    #[cfg(feature = "public-key")]
    plaid: PLAID;
    plain: PLAIN;
    planetscale: PLANETSCALE;
    plivo_v2: PLIVO_V2;
    plivo_v3: PLIVO_V3;
    polar: POLAR;
    portone: PORTONE;
    pusher: PUSHER;
    #[cfg(feature = "public-key")]
    qstash: QSTASH;
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
    #[cfg(feature = "public-key")]
    saleor: SALEOR;
    sanity: SANITY;
    scalekit: SCALEKIT;
    seam: SEAM;
    segment: SEGMENT;
    #[cfg(feature = "public-key")]
    sendgrid: SENDGRID;
    sent_dm: SENT_DM;
    sentry: SENTRY;
    shopify: SHOPIFY;
    shopware: SHOPWARE;
    signable: SIGNABLE;
    signalwire: SIGNALWIRE;
    signatureapi: SIGNATUREAPI;
    #[cfg(feature = "insecure-md5")]
    sinch_application: SINCH_APPLICATION;
    sinch_conversation: SINCH_CONVERSATION;
    sinch_numbers: SINCH_NUMBERS;
    slack: SLACK;
    smile_id: SMILE_ID;
    #[cfg(feature = "public-key")]
    sns: SNS;
    #[cfg(feature = "public-key")]
    sns_v1: SNS_V1;
    sonarqube: SONARQUBE;
    square: SQUARE;
    squarespace: SQUARESPACE;
    standard_webhooks: STANDARD_WEBHOOKS;
    #[cfg(feature = "public-key")]
    standard_webhooks_v1a: STANDARD_WEBHOOKS_V1A;
    stripe: STRIPE;
    supabase: SUPABASE;
    svix: SVIX;
    tailscale: TAILSCALE;
    telegram: TELEGRAM;
    #[cfg(feature = "public-key")]
    telnyx: TELNYX;
    terraform: TERRAFORM;
    textus: TEXTUS;
    textus_body: TEXTUS_BODY;
    #[cfg(feature = "public-key")]
    travis_ci: TRAVIS_CI;
    trello: TRELLO;
    #[cfg(feature = "public-key")]
    truelayer: TRUELAYER;
    twilio: TWILIO;
    twilio_json: TWILIO_JSON;
    twitch: TWITCH;
    typeform: TYPEFORM;
    unit: UNIT;
    vercel: VERCEL;
    veriff: VERIFF;
    viber: VIBER;
    #[cfg(feature = "public-key")]
    vonage: VONAGE;
    vonage_sms: VONAGE_SMS;
    webflow: WEBFLOW;
    websub: WEBSUB;
    #[cfg(feature = "public-key")]
    wechat_pay: WECHAT_PAY;
    whop: WHOP;
    #[cfg(feature = "public-key")]
    wise: WISE;
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
