package dev.ocean.operator.chart;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.Map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** Reads documents into the client's models, where a field that Kubernetes does not know is an error and not an additional property. */
final class TypedDocuments {

    private static final Map<String, Class<?>> MODELS = Map.of(
            "ServiceAccount", ServiceAccount.class,
            "ClusterRole", ClusterRole.class,
            "ClusterRoleBinding", ClusterRoleBinding.class,
            "Role", Role.class,
            "RoleBinding", RoleBinding.class,
            "Deployment", Deployment.class,
            "CustomResourceDefinition", CustomResourceDefinition.class);

    private static final ObjectMapper STRICT = new ObjectMapper()
            .setAnnotationIntrospector(new WithoutAdditionalProperties())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private TypedDocuments() {}

    static void assertKnown(JsonNode document) {
        var kind = document.path("kind").asText();
        assertThat(MODELS).as("kinds that the chart may make").containsKey(kind);
        assertThatCode(() -> STRICT.treeToValue(document, MODELS.get(kind)))
                .as("%s", document)
                .doesNotThrowAnyException();
    }

    private static final class WithoutAdditionalProperties extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }
}
