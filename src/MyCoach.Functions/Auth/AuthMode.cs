namespace MyCoach.Auth;

internal enum AuthMode
{
    Bearer,
    AppService,
}
