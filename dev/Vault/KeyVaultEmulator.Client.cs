using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace MyCoach.Dev.Vault;

/// <summary>What an app in this process needs to call the emulator as it would call the vault.</summary>
public sealed partial class KeyVaultEmulator
{
    /// <summary>Makes an app in this process use the emulator.</summary>
    public void Serve(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TokenCredential>(new Credential(this));
        builder.Services.AddSingleton<HttpPipelineTransport>(
            new HttpClientTransport(new HttpClient(new Redirection(Address("http"))))
        );
    }

    private sealed class Credential(KeyVaultEmulator vault) : TokenCredential
    {
        public static string TokenFor(string scope) => $"token-for-{scope}";

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            vault.Tenants.Enqueue(requestContext.TenantId);
            return vault.HasIdentity
                ? new(TokenFor(requestContext.Scopes.Single()), DateTimeOffset.UtcNow.AddHours(1))
                : throw new CredentialUnavailableException("The emulator has no managed identity.");
        }

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext,
            CancellationToken cancellationToken
        ) => new(GetToken(requestContext, cancellationToken));
    }

    // Replaces name resolution and TLS.
    private sealed class Redirection(Uri to) : DelegatingHandler(new SocketsHttpHandler { UseCookies = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (request.RequestUri!.Scheme != Uri.UriSchemeHttps)
            {
                throw new InvalidOperationException("The vault must be called over TLS.");
            }
            request.Headers.Host = request.RequestUri.Host;
            request.RequestUri = new Uri(to, request.RequestUri.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
