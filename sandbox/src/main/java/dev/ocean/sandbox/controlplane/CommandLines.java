package dev.ocean.sandbox.controlplane;

import dev.ocean.sandbox.process.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * The flags of the components. All listen on 127.0.0.1 only, and whoever asks must show a certificate or a token: other users of
 * the machine get nothing.
 *
 * @param workspace has the keys, certificates and kubeconfigs of {@link Credentials}
 */
record CommandLines(Binaries binaries, Workspace workspace, int etcdPort, int etcdPeerPort, int apiPort) {

    String apiUrl() {
        return "https://127.0.0.1:" + apiPort;
    }

    List<String> of(Component component) {
        return switch (component) {
            case ETCD -> etcd();
            case API_SERVER -> apiServer();
            case CONTROLLER_MANAGER -> controllerManager();
            case SCHEDULER -> scheduler();
        };
    }

    private List<String> etcd() {
        var url = "https://127.0.0.1:" + etcdPort;
        var peerUrl = "https://127.0.0.1:" + etcdPeerPort;
        return line(
                Component.ETCD,
                "--name=sandbox",
                "--data-dir=" + path("etcd"),
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=" + peerUrl,
                "--initial-advertise-peer-urls=" + peerUrl,
                "--initial-cluster=sandbox=" + peerUrl,
                "--cert-file=" + path("server.crt"),
                "--key-file=" + path("server.key"),
                "--client-cert-auth",
                "--trusted-ca-file=" + path("ca.crt"),
                "--peer-cert-file=" + path("server.crt"),
                "--peer-key-file=" + path("server.key"),
                "--peer-client-cert-auth",
                "--peer-trusted-ca-file=" + path("ca.crt"),
                // The data lives no longer than the process.
                "--unsafe-no-fsync",
                "--log-level=warn");
    }

    private List<String> apiServer() {
        return line(
                Component.API_SERVER,
                "--bind-address=127.0.0.1",
                "--secure-port=" + apiPort,
                "--advertise-address=127.0.0.1",
                // A loopback address is no valid endpoint of the Service "kubernetes", and no pod could reach it.
                "--endpoint-reconciler-type=none",
                "--etcd-servers=https://127.0.0.1:" + etcdPort,
                "--etcd-cafile=" + path("ca.crt"),
                "--etcd-certfile=" + path("server.crt"),
                "--etcd-keyfile=" + path("server.key"),
                "--tls-cert-file=" + path("server.crt"),
                "--tls-private-key-file=" + path("server.key"),
                "--client-ca-file=" + path("ca.crt"),
                // How it proves itself to a node, and whom it believes to be one.
                "--kubelet-client-certificate=" + path("server.crt"),
                "--kubelet-client-key=" + path("server.key"),
                "--kubelet-certificate-authority=" + path("ca.crt"),
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + path("service-account.pub"),
                "--service-account-signing-key-file=" + path("service-account.key"));
    }

    private List<String> controllerManager() {
        return line(
                Component.CONTROLLER_MANAGER,
                "--kubeconfig=" + path("kube-controller-manager.kubeconfig"),
                "--service-account-private-key-file=" + path("service-account.key"),
                "--root-ca-file=" + path("ca.crt"),
                "--use-service-account-credentials=true",
                "--leader-elect=false",
                // The defaults spare the API server of a large cluster; here they cost seconds of every start.
                "--kube-api-qps=500",
                "--kube-api-burst=1000",
                // Nobody asks for its health or metrics.
                "--secure-port=0");
    }

    private List<String> scheduler() {
        return line(
                Component.SCHEDULER,
                "--kubeconfig=" + path("kube-scheduler.kubeconfig"),
                "--leader-elect=false",
                "--secure-port=0");
    }

    private List<String> line(Component component, String... flags) {
        var line = new ArrayList<>(binaries.line(component));
        line.addAll(List.of(flags));
        return List.copyOf(line);
    }

    private String path(String name) {
        return workspace.resolve(name).toString();
    }
}
