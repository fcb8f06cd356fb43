package dev.skerry.control.store.etcd;

import dev.skerry.net.client.ClientOptions;
import dev.skerry.net.client.HttpClient;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.net.dns.CachingResolver;
import dev.skerry.net.tls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** The sockets to an etcd, and who asks over them. */
record Connection(HttpClient http, EtcdClient client) {
    static Connection open(EtcdOptions options, Duration patience, LongSupplier nanos)
            throws IOException {
        EtcdOptions.Identity own = options.identity();
        TlsIdentity identity = own == null ? null : TlsIdentity.load(own.certificate(), own.key());
        Path ca = options.ca();
        ClientOptions http =
                ClientOptions.defaults().withExtraCa(ca == null ? List.of() : List.of(ca));
        WatchedHttpClient sockets = WatchedHttpClient.create(http, identity);
        Members members =
                new Members(options.endpoints(), sockets, CachingResolver.ofSystem(nanos));
        return new Connection(sockets, new EtcdClient(members, options.login(), patience, nanos));
    }

    void close() {
        http.close();
    }
}
