package dev.ocean.sandbox.controlplane;

/** A program of the control plane. */
enum Component {
    ETCD("etcd"),
    API_SERVER("kube-apiserver"),
    CONTROLLER_MANAGER("kube-controller-manager"),
    SCHEDULER("kube-scheduler");

    private final String program;

    Component(String program) {
        this.program = program;
    }

    /** The name of its binary, also the first argument by which our own build takes this part. */
    String program() {
        return program;
    }
}
