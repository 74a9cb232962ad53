using MyCoach.Hosting;

namespace MyCoach.Prices;

/// <summary>Where the operator publishes corrections of prices for several installations.</summary>
/// <param name="Address">Null if there is no feed.</param>
internal sealed record PriceFeedSettings(Uri? Address)
{
    private const string Setting = "Prices__FeedUrl";

    /// <summary>From <c>Prices__FeedUrl</c>.</summary>
    public static PriceFeedSettings Read(IConfiguration configuration)
    {
        var text = configuration["Prices:FeedUrl"];
        if (string.IsNullOrEmpty(text))
        {
            return new PriceFeedSettings(Address: null);
        }
        return
            Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == "https" || address is { Scheme: "http", IsLoopback: true })
            && address.UserInfo.Length == 0
            ? new PriceFeedSettings(address)
            : throw new SettingException(
                Setting,
                "must be an https address, or an http address of this machine, without a user name"
            );
    }
}
