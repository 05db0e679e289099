package dev.ocean.operator.plan;

import dev.ocean.operator.tenancy.ServerFacts;

/** What every observation of something on a server tells about that server. */
public interface Seen {

    ServerFacts server();
}
