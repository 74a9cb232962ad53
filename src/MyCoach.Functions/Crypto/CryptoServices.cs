using MyCoach.Hosting;

namespace MyCoach.Crypto;

internal static partial class CryptoServices
{
    public static void AddCrypto(this WebApplicationBuilder builder)
    {
        if (!string.IsNullOrEmpty(builder.Configuration["KeyVault:KeyId"]))
        {
            throw new SettingException("KeyVault__KeyId", "is not supported by this version; use API_KEY_ENCRYPTION_KEY");
        }
        var keys = DataKeys.FromSetting(builder.Configuration["API_KEY_ENCRYPTION_KEY"]);
        builder.Services.AddSingleton(keys);
    }

    public static void WarnWithoutDataKey(this WebApplication app)
    {
        if (app.Services.GetRequiredService<DataKeys>().Current is null)
        {
            Log.NoDataKey(app.Logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "No data key is configured (API_KEY_ENCRYPTION_KEY): provider keys can be neither stored nor used.")]
        public static partial void NoDataKey(ILogger logger);
    }
}
