package dev.ocean.e2e.platform;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives a test its {@link Scene}; the platform is opened with the first and closed after the last of the run. */
public final class OnPlatform implements ParameterResolver {

    private static final Namespace OURS = Namespace.create(OnPlatform.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Scene.class;
    }

    @Override
    public Scene resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var platform = context.getRoot()
                .getStore(OURS)
                .computeIfAbsent(Platform.class, key -> Platform.open(), Platform.class);
        return context.getStore(OURS).computeIfAbsent(Scene.class, key -> Scene.open(platform), Scene.class);
    }
}
