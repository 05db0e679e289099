package dev.ocean.sandbox.controlplane;

import dev.ocean.sandbox.certificate.CertificateAuthority;
import dev.ocean.sandbox.certificate.MutualTls;
import dev.ocean.sandbox.certificate.Pem;
import dev.ocean.sandbox.process.Workspace;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/** Writes what the components and the cluster administrator prove themselves with. */
final class Credentials {

    /** The authority that signed all certificates. */
    static final String AUTHORITY = "ca.crt";

    /** The kubeconfig of the cluster administrator. */
    static final String ADMIN = "admin.kubeconfig";

    private final Workspace workspace;
    private final CertificateAuthority authority;

    private Credentials(Workspace workspace, CertificateAuthority authority) {
        this.workspace = workspace;
        this.authority = authority;
    }

    /** Writes what etcd and the API server need to start. */
    static Credentials writeServerSide(Workspace workspace) {
        var authority = CertificateAuthority.create("sandbox-ca", Clock.systemUTC());
        workspace.privateFile(AUTHORITY, authority.certificate());
        var credentials = new Credentials(workspace, authority);
        // Two RSA keys at a time: finding primes is most of the work.
        var serviceAccounts = CompletableFuture.runAsync(credentials::writeServiceAccountKeys);
        credentials.writeServer();
        serviceAccounts.join();
        return credentials;
    }

    /** Writes a kubeconfig for each client of the API server. */
    void writeClientSide(String apiUrl) {
        var kubeconfig = new Kubeconfig(apiUrl, authority.certificate());
        workspace.privateFile(ADMIN, kubeconfig.of(authority.client("admin", "system:masters")));
        for (var component : List.of(Component.CONTROLLER_MANAGER, Component.SCHEDULER)) {
            var identity = authority.client("system:" + component.program());
            workspace.privateFile(component.program() + ".kubeconfig", kubeconfig.of(identity));
        }
    }

    /** {@return TLS for another server, whose clients must have a certificate of this authority} */
    SSLContext servingTls(String commonName) {
        return MutualTls.context(authority.server(commonName), authority.certificate());
    }

    private void writeServer() {
        var server = authority.server("kube-apiserver");
        workspace.privateFile("server.crt", server.certificate());
        workspace.privateFile("server.key", server.privateKey());
    }

    private void writeServiceAccountKeys() {
        var keys = Pem.newKeyPair();
        workspace.privateFile("service-account.key", Pem.of(keys.getPrivate()));
        workspace.privateFile("service-account.pub", Pem.of(keys.getPublic()));
    }
}
