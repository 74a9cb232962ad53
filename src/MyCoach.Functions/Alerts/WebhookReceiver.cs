using MyCoach.Hosting;
using StandardWebhooks;

namespace MyCoach.Alerts;

/// <summary>The operator's receiver of alerts. Not a record: the signature holds the shared secret.</summary>
internal sealed class WebhookReceiver
{
    private WebhookReceiver(Uri address, StandardWebhook signature) => (Address, Signature) = (address, signature);

    public Uri Address { get; }

    public StandardWebhook Signature { get; }

    /// <summary>
    /// From <c>Alerts__WebhookUrl</c> and <c>Alerts__WebhookSecret</c>. Null if no address is set.
    /// </summary>
    public static WebhookReceiver? Read(IConfiguration configuration)
    {
        var (text, secret) = (configuration["Alerts:WebhookUrl"], configuration["Alerts:WebhookSecret"]);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        var isAllowedAddress =
            Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == "https" || address is { Scheme: "http", IsLoopback: true });
        if (!isAllowedAddress || address!.UserInfo.Length > 0)
        {
            throw new SettingException(
                "Alerts__WebhookUrl",
                "must be an https address, or an http address of this machine, without a user name"
            );
        }
        return SecretOf(secret) is { } key
            ? new WebhookReceiver(address, new StandardWebhook(key))
            : throw new SettingException(
                "Alerts__WebhookSecret",
                "must be whsec_ followed by 24 to 64 bytes in base64 if Alerts__WebhookUrl is set"
            );
    }

    private static byte[]? SecretOf(string? text)
    {
        const string Prefix = "whsec_";
        var key = new byte[64];
        return
            text?.StartsWith(Prefix, StringComparison.Ordinal) == true
            && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length)
            && length >= 24
            ? key[..length]
            : null;
    }
}
