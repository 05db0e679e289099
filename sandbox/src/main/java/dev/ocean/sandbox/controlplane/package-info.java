/**
 * The real control plane of Kubernetes as local processes: etcd, kube-apiserver, kube-controller-manager and kube-scheduler, without
 * a node. It is what tests and the demo run on, so that nothing imitates the API server.
 */
@NullMarked
package dev.ocean.sandbox.controlplane;

import org.jspecify.annotations.NullMarked;
