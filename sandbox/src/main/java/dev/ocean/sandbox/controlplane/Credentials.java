package dev.ocean.sandbox.controlplane;

import dev.ocean.sandbox.certificate.CertificateAuthority;
import dev.ocean.sandbox.certificate.Identity;
import dev.ocean.sandbox.certificate.Pem;
import dev.ocean.sandbox.process.Workspace;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/** Writes what the components and the cluster administrator prove themselves with. */
final class Credentials {

    /** The authority that signed all certificates. */
    static final String AUTHORITY = "ca.crt";

    /** The kubeconfig of the cluster administrator. */
    static final String ADMIN = "admin.kubeconfig";

    private Credentials() {}

    /** Blocks for a second or so: it makes six RSA keys. */
    static void write(Workspace workspace, String apiUrl) {
        var authority = CertificateAuthority.create("sandbox-ca", Clock.systemUTC());
        var kubeconfig = new Kubeconfig(apiUrl, authority.certificate());
        workspace.privateFile(AUTHORITY, authority.certificate());
        CompletableFuture.allOf(
                        CompletableFuture.runAsync(() -> writeServer(workspace, authority.server("kube-apiserver"))),
                        CompletableFuture.runAsync(() -> writeServiceAccountKeys(workspace)),
                        CompletableFuture.runAsync(() -> workspace.privateFile(
                                ADMIN, kubeconfig.of(authority.client("admin", "system:masters")))),
                        CompletableFuture.runAsync(() -> workspace.privateFile(
                                "controllers.kubeconfig",
                                kubeconfig.of(authority.client("system:kube-controller-manager")))),
                        CompletableFuture.runAsync(() -> workspace.privateFile(
                                "scheduler.kubeconfig", kubeconfig.of(authority.client("system:kube-scheduler")))))
                .join();
    }

    private static void writeServer(Workspace workspace, Identity server) {
        workspace.privateFile("server.crt", server.certificate());
        workspace.privateFile("server.key", server.privateKey());
    }

    private static void writeServiceAccountKeys(Workspace workspace) {
        var keys = Pem.newKeyPair();
        workspace.privateFile("service-account.key", Pem.of(keys.getPrivate()));
        workspace.privateFile("service-account.pub", Pem.of(keys.getPublic()));
    }
}
