import NeuralNetworks

extension LayerKind {
  static let structures: [LayerKind] = [
    LayerKind(
      Variant(
        "residual", "y = layers(x) + x, or + shortcut(x) where the shape changes.",
        example: "residual: [linear: 64, relu, linear: 64]", hasShorthand: true,
        [
          .required("layers", .list(.variant(.layer), count: 1...1000), "What x goes through."),
          Key(
            "shortcut", .list(.variant(.layer), count: 1...1000), nil,
            "What the other x goes through; nothing unless given."),
        ])
    ) { (options, input, targets) throws(Misfit) in
      let body = try planAll(options.list("layers"), input, targets)
      let shortcut = try planAll(options.list("shortcut"), input, targets)
      let output = body.last?.output ?? input
      let side = shortcut.last?.output ?? input
      guard output == side else {
        throw Misfit(
          "adds \(output.words) and \(side.words); a shortcut of layers has to fit them")
      }
      let parameters = (body + shortcut).reduce(0) { $0 + $1.parameters }
      return PlannedLayer(
        "residual", output, parameters: parameters,
        needsTwoExamples: (body + shortcut).contains { $0.needsTwoExamples }
      ) {
        shortcut.isEmpty
          ? Residual { body.map { $0.make() } }
          : Residual {
            body.map { $0.make() }
          } shortcut: {
            shortcut.map { $0.make() }
          }
      }
    }
  ]

  /// Layers one after another inside another one, whose place stands for theirs.
  private static func planAll(
    _ entries: [Entry], _ input: Features, _ targets: Targets
  ) throws(Misfit) -> [PlannedLayer] {
    var layers: [PlannedLayer] = []
    for (index, entry) in entries.enumerated() {
      do throws(Misfit) {
        layers.append(try kind(entry.name).plan(entry, layers.last?.output ?? input, targets))
      } catch {
        throw Misfit("layer \(index) in it, \(entry.name), \(error.message)")
      }
    }
    return layers
  }
}
