using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Data.Tables;
using MyCoach.Hosting;

namespace MyCoach.Storage;

internal static partial class StorageServices
{
    /// <summary>The time limit of one attempt at a change, at the client and at the service.</summary>
    public static readonly TimeSpan ChangeTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <param name="identity">The credential to use without a connection string; null selects the managed
    /// identity.</param>
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor, typeof(TableEntity))]
    public static void AddStorage(this IHostApplicationBuilder builder, TokenCredential? identity = null)
    {
        var connection = builder.Configuration["Storage:ConnectionString"];
        var endpoint = builder.Configuration["Storage:TableServiceUri"];
        var prefix = builder.Configuration["Storage:TablePrefix"] ?? "";
        if (!TablePrefix().IsMatch(prefix))
        {
            throw new SettingException(
                "Storage__TablePrefix",
                "must be empty, or a letter followed by at most 31 letters and digits"
            );
        }

        Func<TableClientOptions, TableServiceClient> connect = (connection, endpoint) switch
        {
            ({ Length: > 0 }, null or "") => ByConnectionString(connection),
            (null or "", { Length: > 0 }) => ByIdentity(
                endpoint,
                identity ?? Identity.Of(builder.Configuration["AZURE_CLIENT_ID"])
            ),
            (null or "", _) => throw new SettingException(
                "Storage__ConnectionString",
                "or Storage__TableServiceUri must be set"
            ),
            _ => throw new SettingException(
                "Storage__ConnectionString",
                "and Storage__TableServiceUri are both set; set only one of them"
            ),
        };

        builder.Services.AddSingleton<PartitionLocks>();
        // Few retries, because a caller is waiting. The service can spend 5 seconds on a query before it returns a
        // partial page. The SDK never retries changes, and the service aborts them when our timeout expires: a later
        // change could restore rows that an erasure has deleted.
        builder.Services.AddSingleton(_ =>
        {
            var changes = Options(maxRetries: 0, ChangeTimeout);
            changes.AddPolicy(new ServerTimeout(ChangeTimeout), HttpPipelinePosition.PerCall);
            return new TableSource(connect(Options(maxRetries: 3, ReadTimeout)), connect(changes), prefix);
        });
    }

    private static Func<TableClientOptions, TableServiceClient> ByConnectionString(string connection)
    {
        const string EndpointName = "TableEndpoint=";
        var endpoint = connection
            .Split(';')
            .FirstOrDefault(part => part.StartsWith(EndpointName, StringComparison.OrdinalIgnoreCase));
        try
        {
            if (endpoint is not null)
            {
                // The SDK silently replaces a malformed endpoint by Azure's default, so check it here.
                _ = new Uri(endpoint[EndpointName.Length..]);
            }
            _ = new TableServiceClient(connection);
        }
        catch (Exception malformed)
            when (malformed is ArgumentException or FormatException or InvalidOperationException)
        {
            throw new SettingException("Storage__ConnectionString", "is not a Table Storage connection string");
        }
        return options => new TableServiceClient(connection, options);
    }

    private static Func<TableClientOptions, TableServiceClient> ByIdentity(string endpoint, TokenCredential identity)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
        {
            throw new SettingException("Storage__TableServiceUri", "must be an https address");
        }
        return options => new TableServiceClient(address, identity, options);
    }

    private static TableClientOptions Options(int maxRetries, TimeSpan timeout) =>
        new()
        {
            Retry =
            {
                Mode = RetryMode.Exponential,
                MaxRetries = maxRetries,
                Delay = TimeSpan.FromMilliseconds(100),
                MaxDelay = TimeSpan.FromSeconds(1),
                NetworkTimeout = timeout,
            },
        };

    [GeneratedRegex("^([A-Za-z][A-Za-z0-9]{0,31})?$", RegexOptions.CultureInvariant)]
    private static partial Regex TablePrefix();
}
