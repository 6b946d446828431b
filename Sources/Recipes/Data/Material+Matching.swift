import Datasets
import Interchange
import Tensors

extension Material {
  /// The same examples with their classes numbered as a model has learned them, by their names.
  ///
  /// Throws where other things are to be predicted than the model was trained for.
  func matching(_ facts: DataFacts?) throws(Misfit) -> Material {
    guard let facts else { return self }
    guard targets.kind == facts.targetKind else {
      throw Misfit("asks for \(targets.kind), but the model was trained for \(facts.targetKind)")
    }
    guard case .classes = targets else {
      guard targets == facts.targets, vocabulary == facts.vocabulary else {
        throw Misfit(
          "asks for \(targets.outputs) \(targets.kind), but the model was trained for others")
      }
      return self
    }
    return classNames == facts.classNames ? self : try renumbered(facts)
  }

  private func renumbered(_ facts: DataFacts) throws(Misfit) -> Material {
    let known = Dictionary(facts.classNames.enumerated().map { ($1, $0) }) { first, _ in first }
    var numbers: [Int] = []
    for name in classNames {
      guard let number = known[name] else {
        let names = facts.classNames.prefix(20).joined(separator: ", ")
        throw Misfit(
          "has the class \(Name.shown(name)), which the model has not learned; it knows \(names)"
            + (facts.classNames.count > 20 ? ", …" : ""))
      }
      numbers.append(number)
    }
    var copy = self
    copy.labels = labels.map { numbers[$0] }
    copy.classNames = facts.classNames
    copy.targets = facts.targets
    switch examples {
    case .pictures(let pictures): copy.examples = .pictures(Material.changed(pictures, numbers))
    case .sounds(let sounds): copy.examples = .sounds(Material.changed(sounds, numbers))
    case .pictureBytes(let pictures):
      copy.examples = .pictureBytes(
        LabelledImages(
          pixels: pictures.pixels, classes: copy.labels, size: pictures.size,
          classCount: facts.outputs, brightest: pictures.brightest))
    case .rows(let rows):
      copy.examples = .rows(
        TensorDataset(rows.inputs, Tensor(copy.labels, shape: [copy.labels.count])))
    case .texts(let texts):
      copy.examples = .texts(
        ArrayDataset(texts.examples.map { Labelled($0.value, label: numbers[$0.label]) }))
    case .tokens: break
    }
    return copy
  }

  private static func changed<Value: Sendable>(
    _ dataset: some Dataset<Labelled<Value>>, _ numbers: [Int]
  ) -> any Dataset<Labelled<Value>> {
    MappedDataset(dataset) { (example: Labelled<Value>) throws(DatasetError) in
      Labelled(example.value, label: numbers[example.label])
    }
  }
}
