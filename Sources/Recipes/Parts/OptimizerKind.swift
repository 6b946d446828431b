import Optimizers

/// An optimizer: how it is written, and how it is made.
struct OptimizerKind: Sendable {
  let variant: Variant
  let make: @Sendable (Entry) -> any Optimizer

  private static func rate(_ standard: String) -> Key {
    Key("learning_rate", .number(.from(0)), standard, "How far a step goes.")
  }

  private static func decay(_ standard: String) -> Key {
    Key("weight_decay", .number(.from(0)), standard, "How fast weights decay.")
  }

  private static let betas = [
    Key("beta1", .number(.properFraction), "0.9", "The part of the first moment that stays."),
    Key("beta2", .number(.properFraction), "0.999", "The part of the second moment that stays."),
    Key("epsilon", .number(.above(0)), "1.0e-8", "Keeps the division finite."),
  ]

  static let all: [OptimizerKind] = [
    OptimizerKind(
      variant: Variant(
        "sgd", "Gradient descent.", example: "sgd: {learning_rate: 0.1, momentum: 0.9}",
        [
          .required("learning_rate", .number(.from(0)), "How far a step goes."),
          Key("momentum", .number(.properFraction), "0", "The part of the velocity that stays."),
          Key("nesterov", .flag, "false", "Whether momentum looks ahead; needs momentum."),
          decay("0"),
        ])
    ) { options in
      let momentum = options.number("momentum")
      return SGD(
        learningRate: options.number("learning_rate"), momentum: momentum,
        isNesterov: momentum > 0 && options.flag("nesterov"),
        weightDecay: options.number("weight_decay"))
    },
    OptimizerKind(
      variant: Variant(
        "adam", "Adam (Kingma and Ba, 2015).",
        [rate("0.001")] + betas
          + [
            Key("amsgrad", .flag, "false", "Whether the largest second moment counts."), decay("0"),
          ])
    ) { options in
      Adam(
        learningRate: options.number("learning_rate"), beta1: options.number("beta1"),
        beta2: options.number("beta2"), epsilon: options.number("epsilon"),
        isAMSGrad: options.flag("amsgrad"), weightDecay: options.number("weight_decay"))
    },
    OptimizerKind(
      variant: Variant(
        "adamw", "Adam with decoupled weight decay (Loshchilov and Hutter, 2019).",
        example: "adamw: {learning_rate: 0.001}",
        [rate("0.001")] + betas
          + [
            Key("amsgrad", .flag, "false", "Whether the largest second moment counts."),
            decay("0.01"),
          ])
    ) { options in
      AdamW(
        learningRate: options.number("learning_rate"), beta1: options.number("beta1"),
        beta2: options.number("beta2"), epsilon: options.number("epsilon"),
        isAMSGrad: options.flag("amsgrad"), weightDecay: options.number("weight_decay"))
    },
    OptimizerKind(
      variant: Variant(
        "nadam", "Adam with Nesterov's momentum.", [rate("0.002")] + betas + [decay("0")])
    ) { options in
      NAdam(
        learningRate: options.number("learning_rate"), beta1: options.number("beta1"),
        beta2: options.number("beta2"), epsilon: options.number("epsilon"),
        weightDecay: options.number("weight_decay"))
    },
    OptimizerKind(
      variant: Variant(
        "rmsprop", "Gradient over the root of the mean of its squares.",
        [
          rate("0.01"),
          Key("smoothing", .number(.properFraction), "0.99", "The part of the mean that stays."),
          Key("momentum", .number(.properFraction), "0", "The part of the velocity that stays."),
          decay("0"),
        ])
    ) { options in
      RMSprop(
        learningRate: options.number("learning_rate"), smoothing: options.number("smoothing"),
        momentum: options.number("momentum"), weightDecay: options.number("weight_decay"))
    },
    OptimizerKind(
      variant: Variant(
        "adagrad", "Gradient over the root of the sum of its squares.", [rate("0.01"), decay("0")])
    ) { options in
      Adagrad(
        learningRate: options.number("learning_rate"), weightDecay: options.number("weight_decay"))
    },
    OptimizerKind(
      variant: Variant(
        "adadelta", "AdaGrad over a running mean, in units of the weights.",
        [
          rate("1"), Key("rho", .number(.properFraction), "0.9", "The part that stays."),
          decay("0"),
        ])
    ) { options in
      Adadelta(
        learningRate: options.number("learning_rate"), rho: options.number("rho"),
        weightDecay: options.number("weight_decay"))
    },
    OptimizerKind(
      variant: Variant(
        "lion", "Steps along the sign of a running mean (Chen et al., 2023).",
        [
          rate("0.0001"),
          Key("beta1", .number(.properFraction), "0.9", "The part that counts in the step."),
          Key("beta2", .number(.properFraction), "0.99", "The part that stays."), decay("0"),
        ])
    ) { options in
      Lion(
        learningRate: options.number("learning_rate"), beta1: options.number("beta1"),
        beta2: options.number("beta2"), weightDecay: options.number("weight_decay"))
    },
  ]

  static func kind(_ name: String) -> OptimizerKind? { all.first { $0.variant.name == name } }
}

extension Variant {
  static let optimizers = OptimizerKind.all.map(\.variant)
}
