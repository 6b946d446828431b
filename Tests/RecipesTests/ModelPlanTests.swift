import Myelin
import Recipes
import Testing

@Suite struct ModelPlanTests {
  static func plan(
    _ model: String, _ input: Features, _ targets: Targets = .classes(10)
  ) throws -> ModelPlan {
    let text = "data: {source: digits}\nmodel:\n\(model)"
    let recipe = try Recipe(RecipeFile(text: text, name: "r.yaml"))
    return try ModelPlan(recipe.model, input: input, targets: targets, file: "r.yaml")
  }

  static let models: [(model: String, input: Features)] = [
    ("  lenet: {}", Features([1, 28, 28])), ("  resnet20: {width: 4}", Features([3, 32, 32])),
    ("  mlp: {hidden: [20, 30], dropout: 0.1, batch_norm: true}", Features([1, 8, 8])),
    ("  audio-cnn: {channels: [4, 8], dropout: 0.1}", Features([1, 20, 30])),
    (
      "  layers: [conv2d: {channels: 6, kernel: [3, 5], stride: 2, padding: same, groups: 3}, "
        + "average_pool2d: {window: 3, stride: 2, padding: 1}, group_norm: 2, global_max_pool, "
        + "layer_norm, linear: classes]", Features([3, 17, 23])
    ),
    (
      "  layers: [conv1d: {channels: 4, kernel: 5, dilation: 2}, prelu: {}, max_pool1d: 3, "
        + "transpose, gru: {hidden: 6, bidirectional: true, output: last}, rms_norm, "
        + "residual: [linear: 12, tanh], linear: classes]", Features([2, 50])
    ),
    (
      "  layers: [embedding: 7, rnn: 5, lstm: {hidden: 4, layers: 2, output: last}, "
        + "linear: classes]", Features([9], vocabulary: 11)
    ),
  ]

  @Test(
    "planned shapes and parameters are those of the model that is made", arguments: models)
  func plans(model: String, input: Features) throws {
    let plan = try Self.plan(model.replacing("prelu: {}, ", with: "leaky_relu, "), input)
    let made = plan.makeModel(seed: 1)
    let shape = Shape([3] + input.lengths)
    let example: Tensor = input.vocabulary == nil ? .zeros(shape) : .zeros(shape, .int64)
    #expect(made(example).shape.lengths == [3] + plan.output.lengths)
    let parameters = made.namedTensors.filter { $0.role == .parameter }
    #expect(plan.parameters == Double(parameters.reduce(0) { $0 + $1.tensor.count }))
  }

  @Test(
    "language models give logits of every token",
    arguments: ["  gpt: {width: 8, layers: 2, heads: 2}", "  lstm-lm: {width: 6, hidden: 8}"])
  func plansLanguageModels(model: String) throws {
    let plan = try Self.plan(model, Features([12], vocabulary: 20), .tokens(20))
    #expect(plan.output == Features([12, 20]))
    let made = plan.makeModel(seed: 1)
    #expect(made(.zeros([2, 12], .int64)).shape == [2, 12, 20])
  }

  @Test(
    "a language model for one length alone is refused: it could not go on with a shorter text",
    arguments: [
      ("batch_norm, ", "model.layers[1]: batch_norm is for 12 tokens alone"),
      ("group_norm: 2, ", "model.layers[1]: group_norm is for 12 tokens alone"),
      ("transpose, linear: 12, transpose, ", "model.layers[2]: linear is for 12 tokens alone"),
    ])
  func refusesOneLength(layer: String, message: String) throws {
    func model(_ layer: String) -> String {
      "  layers: [embedding: 6, \(layer)lstm: 4, linear: classes]"
    }
    let input = Features([12], vocabulary: 20)
    let error = #expect(throws: RecipeError.self) {
      try Self.plan(model(layer), input, .tokens(20))
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    _ = try Self.plan(model("layer_norm, transpose, relu, transpose, "), input, .tokens(20))
  }

  static let impossible: [(model: String, input: Features, message: String)] = [
    (
      "  layers:\n    - conv2d: {channels: 4, kernel: 9}", Features([1, 8, 8]),
      "r.yaml:4:7: model.layers[0]: conv2d has a window of 9 places, but its input, padded, is only "
        + "8×8"
    ),
    (
      "  layers:\n    - flatten\n    - conv2d: {channels: 4, kernel: 3}", Features([1, 8, 8]),
      "r.yaml:5:7: model.layers[1]: conv2d takes [channels, height, width], but its input is 64"
    ),
    (
      "  layers:\n    - linear: 4", Features([9], vocabulary: 5),
      "r.yaml:4:7: model.layers[0]: linear takes numbers, but its input is 9 tokens of 5; an "
        + "embedding comes first"
    ),
    (
      "  layers: [group_norm: 3]", Features([4, 5]),
      "r.yaml:3:12: model.layers[0]: group_norm cuts its input of 4×5 into 3 groups, which does not "
        + "go"
    ),
    (
      "  layers: [residual: [linear: 3]]", Features([4]),
      "r.yaml:3:12: model.layers[0]: residual adds 3 and 4; a shortcut of layers has to fit them"
    ),
    (
      "  layers: [linear: 16777216, linear: 16777216]", Features([16_777_216]),
      "r.yaml:3:3: model: has 562949986975744 parameters, more than any machine holds"
    ),
    (
      "  gpt: {width: 10, heads: 3}", Features([4], vocabulary: 5),
      "r.yaml:3:3: model: gpt_network has 3 heads, which do not divide the width 10"
    ),
  ]

  @Test("impossible shapes are errors at the layer's line", arguments: impossible)
  func refuses(model: String, input: Features, expected: String) {
    let error = #expect(throws: RecipeError.self) { try Self.plan(model, input) }
    #expect(error?.description == expected)
  }

  @Test("the same seed gives the same weights, another one others")
  func seeds() throws {
    let plan = try Self.plan("  lenet: {}", Features([1, 28, 28]))
    let weights = [1, 1, 2].map {
      plan.makeModel(seed: $0).namedTensors[0].tensor.scalars(as: Float.self)
    }
    #expect(weights[0] == weights[1] && weights[0] != weights[2])
  }
}
