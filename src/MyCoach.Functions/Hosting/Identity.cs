using Azure.Core;
using Azure.Identity;

namespace MyCoach.Hosting;

internal static class Identity
{
    /// <summary>The managed identity of the platform that the program runs on.</summary>
    /// <param name="clientId">Of a user-assigned one (<c>AZURE_CLIENT_ID</c>); null or empty is the system-assigned one.</param>
    public static TokenCredential Of(string? clientId) =>
        new ManagedIdentityCredential(
            string.IsNullOrEmpty(clientId) ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId)
        );
}
