using Azure.Core;
using Azure.Core.Cryptography;
using Azure.Core.Pipeline;
using MyCoach.Hosting;

namespace MyCoach.Crypto;

internal static partial class CryptoServices
{
    private static readonly TimeSpan VaultTimeout = TimeSpan.FromSeconds(5);

    public static void AddCrypto(this IHostApplicationBuilder builder)
    {
        var local = DataKeys.FromSetting(builder.Configuration["API_KEY_ENCRYPTION_KEY"]);
        var address = VaultKeyAddress.FromSetting(builder.Configuration["KeyVault:KeyId"]);
        if (address is not null)
        {
            builder.Services.AddSingleton(address);
            builder.Services.AddSingleton(Identity.Of(builder.Configuration["AZURE_CLIENT_ID"]));
            builder.Services.AddSingleton<HttpPipelineTransport>(HttpClientTransport.Shared);
            builder.Services.AddSingleton<WrappedKeysTable>();
            builder.Services.AddSingleton(services => new KeyVault(
                address,
                PipelineOf(
                    services.GetRequiredService<TokenCredential>(),
                    services.GetRequiredService<HttpPipelineTransport>()
                )
            ));
            builder.Services.AddSingleton<IKeyEncryptionKeyResolver>(services =>
                services.GetRequiredService<KeyVault>()
            );
            builder.Services.AddSingleton<DataKeyWrapper>();
            builder.Services.AddSingleton<UnwrappedDataKeys>();
            builder.Services.AddSingleton<VaultKeyRing>();
            builder.Services.AddSingleton<DataKeyRewrapper>();
        }
        builder.Services.AddSingleton(services => new DataKeys(local, services.GetService<VaultKeyRing>()));
    }

    public static void WarnWithoutDataKey(this IServiceProvider services)
    {
        if (!services.GetRequiredService<DataKeys>().IsConfigured)
        {
            Log.NoDataKey(services.GetRequiredService<ILoggerFactory>().CreateLogger("MyCoach.Functions"));
        }
    }

    private static HttpPipeline PipelineOf(TokenCredential credential, HttpPipelineTransport transport) =>
        HttpPipelineBuilder.Build(
            new VaultOptions
            {
                Transport = transport,
                Retry =
                {
                    Mode = RetryMode.Exponential,
                    MaxRetries = 3,
                    Delay = TimeSpan.FromMilliseconds(200),
                    MaxDelay = TimeSpan.FromSeconds(2),
                    NetworkTimeout = VaultTimeout,
                },
            },
            new VaultAuthentication(credential)
        );

    private sealed class VaultOptions : ClientOptions;

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "No data key is configured, so provider keys can be neither stored nor used. Set KeyVault__KeyId or API_KEY_ENCRYPTION_KEY."
        )]
        public static partial void NoDataKey(ILogger logger);
    }
}
