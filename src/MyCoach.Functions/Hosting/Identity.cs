using Azure.Core;
using Azure.Identity;

namespace MyCoach.Hosting;

internal static class Identity
{
    /// <summary>The managed identity that the platform gives the program.</summary>
    /// <param name="clientId">The client id (<c>AZURE_CLIENT_ID</c>) of a user-assigned identity; null or empty for the system-assigned one.</param>
    public static TokenCredential Of(string? clientId) =>
        new ManagedIdentityCredential(
            string.IsNullOrEmpty(clientId) ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId)
        );
}
