package dev.ocean.e2e.platform;

import dev.ocean.sandbox.process.PrivateFile;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import static org.assertj.core.api.Assertions.assertThat;

/** A person with kubectl, a namespace and the rights of a ServiceAccount. */
public final class ClusterUser {

    private final Path kubeconfig;
    private final String namespace;

    private ClusterUser(Path kubeconfig, String namespace) {
        this.kubeconfig = kubeconfig;
        this.namespace = namespace;
    }

    /** Logs in as a ServiceAccount of the namespace, which must exist. */
    static ClusterUser of(KubernetesClient administrator, String namespace, String account, Path directory) {
        var request = new TokenRequestBuilder().withNewSpec().endSpec().build();
        var token = administrator
                .serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .tokenRequest(request)
                .getStatus()
                .getToken();
        var text = kubeconfig(administrator.getConfiguration(), namespace, token);
        return new ClusterUser(PrivateFile.write(directory.resolve(namespace + "-" + account), text), namespace);
    }

    private static String kubeconfig(Config config, String namespace, String token) {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: here, cluster: {server: "%s", certificate-authority-data: %s}}]
                users: [{name: user, user: {token: %s}}]
                contexts: [{name: here, context: {cluster: here, user: user, namespace: %s}}]
                current-context: here
                """.formatted(config.getMasterUrl(), authority(config), token, namespace);
    }

    private static String authority(Config config) {
        if (config.getCaCertData() != null) {
            return config.getCaCertData();
        }
        try {
            return Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(config.getCaCertFile())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String namespace() {
        return namespace;
    }

    /** Runs kubectl, which must succeed, and returns what it prints. */
    public String kubectl(String... arguments) {
        return succeeded(run("", arguments));
    }

    /** Runs kubectl, which must fail, and returns its complaint. */
    public String refused(String... arguments) {
        return failed(run("", arguments));
    }

    /** Applies YAML, which must be accepted. */
    public String apply(String yaml) {
        return succeeded(run(yaml, "apply", "-f", "-"));
    }

    /** Applies YAML, which must be refused, and returns the complaint. */
    public String applyRefused(String yaml) {
        return failed(run(yaml, "apply", "-f", "-"));
    }

    /** Types a line into a shell whose kubectl is this user's; it must succeed. */
    public void types(String line) {
        succeeded(new Program(List.of("sh", "-euc", line), Map.of("KUBECONFIG", kubeconfig.toString()), "").run());
    }

    /** Whether kubectl says yes to this verb on these resources of the namespace. */
    public boolean may(String verb, String resource) {
        return run("", "auth", "can-i", verb, resource).output().strip().equals("yes");
    }

    /** Whether kubectl says yes to this verb on a part of these resources. */
    public boolean may(String verb, String resource, String subresource) {
        return run("", "auth", "can-i", verb, resource, "--subresource=" + subresource)
                .output()
                .strip()
                .equals("yes");
    }

    private static String succeeded(Program.Ending ending) {
        assertThat(ending.exitCode()).as(ending.errors()).isZero();
        return ending.output();
    }

    private static String failed(Program.Ending ending) {
        assertThat(ending.exitCode()).as(ending.output()).isNotZero();
        return ending.errors();
    }

    private Program.Ending run(String input, String... arguments) {
        var line = new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig.toString(), "-n", namespace));
        line.addAll(List.of(arguments));
        return new Program(line, Map.of(), input).run();
    }
}
