package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is and how it proves itself; as read from one connection Secret, so a violation is {@code INVALID AdminSecretInvalid} and names the key.
 *
 * @param host DNS name, IPv4 or IPv6 address (without brackets); anything else is refused, as drivers read ports and parameters out of it
 * @param port 1 to 65535
 * @param caCertificate PEM, one or more certificates; needed by the verifying modes, as neither a root file nor the JVM's trust store is relied on
 */
public record ServerAddress(
        String host, int port, TlsMode tls, @Nullable String caCertificate) {

    private static final Pattern DNS_NAME = Pattern.compile(
            "(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\\.?");
    private static final Pattern IPV6 =
            Pattern.compile("(?=[^:]*:[^:]*:)[0-9A-Fa-f:]{2,39}(?:(?<=:)[0-9]{1,3}(\\.[0-9]{1,3}){3})?");

    public ServerAddress {
        if (!DNS_NAME.matcher(host).matches() && !IPV6.matcher(host).matches()) {
            throw invalid("key host is no DNS name and no IP address");
        }
        if (port < 1 || port > 65_535) {
            throw invalid("key port is not between 1 and 65535");
        }
        if (tls.isVerifying() && caCertificate == null) {
            throw invalid("sslmode " + tls.sslmode() + " needs key ca.crt");
        }
        if (caCertificate != null && TrustedRoots.parse(caCertificate).isEmpty()) {
            throw invalid("key ca.crt holds no PEM certificates");
        }
    }

    private static Blocked invalid(String why) {
        return Blocked.by(
                ProblemKind.INVALID,
                Reason.ADMIN_SECRET_INVALID,
                "Cannot use the connection Secret: " + why + ". Correct the Secret.");
    }
}
