import Datasets
import Tensors

/// The examples of a recipe in their parts, ready to be dealt out in batches.
package struct RecipeData: Sendable {
  /// What an example is when it reaches the model.
  package let features: Features
  package let targets: Targets
  package let training: Loader
  /// The training part as tests have theirs: each example once, in its order, as it is.
  package let plainTraining: Loader
  /// Nil where the recipe puts nothing aside.
  package let validation: Loader?
  package let test: Loader?
  /// What predictions need to know of the data.
  package let facts: DataFacts
  /// The class of each example of the source; empty where targets are no classes.
  package var labels: [Int] { material.labels }
  /// Which examples of the source are in which part.
  package let parts: [(name: String, places: [Int])]
  let material: Material

  /// Opens a recipe's data, fits what is to be fitted on the training part, and looks at some examples.
  ///
  /// - Parameter facts: What a run has saved of its data. Columns, classes, characters and what
  ///   transforms have fitted are then those, whatever the data show now.
  /// - Throws: `RecipeError` where the recipe asks for what the data do not have, `DatasetError` and
  ///   `TextError` where they cannot be read.
  package init(_ recipe: Recipe, using facts: DataFacts? = nil) throws {
    let source = recipe.data.value("source")
    let file = recipe.file.name
    guard let kind = SourceKind.kind(source.name) else {
      throw RecipeError(file: file, source.place, "there is no such source")
    }
    let material: Material
    do {
      material = try kind.open(source, facts).matching(facts)
    } catch let error as Misfit {
      throw RecipeError(file: file, source.place, error.message)
    }
    self.material = material
    let partition = try Parts(
      material, recipe.data.value("split"), seed: recipe.seed, file: file)
    parts = [
      ("training", partition.training), ("validation", partition.validation),
      ("test", partition.test),
    ]
    let common = recipe.data.list("transforms")
    var chain = try ChangeChain(common, sampleRate: material.sampleRate, file: file)
    try chain.check(material.startWords, file: file)
    try recipe.requireMixable(material.targets)
    var maker = LoaderMaker(material: material, recipe: recipe)
    try maker.requireTime()
    if let facts {
      try chain.take(facts.fitted, file: file)
    } else {
      chain.fitted = try maker.fit(chain, on: partition.training)
    }
    var augmented = try ChangeChain(
      common, augmentation: recipe.data.list("augmentation"), sampleRate: material.sampleRate,
      file: file)
    try augmented.check(material.startWords, file: file)
    augmented.fitted = chain.fitted
    if maker.padding != nil, augmented.batchTransform(classes: 2) != nil {
      throw RecipeError(
        file: file, recipe.data.value("augmentation").place,
        "mixes examples of different lengths, which padding has put side by side")
    }
    if recipe.data.name("order") == "by_length" && material.lengths.isEmpty {
      throw RecipeError(
        file: file, recipe.data.value("order").place,
        "puts texts of similar length together, but the length of these examples is not known")
    }

    let features =
      try facts?.features
      ?? maker.features(maker.loader(partition.training, augmented, isTraining: true))
    maker.expected = features
    training = maker.loader(partition.training, augmented, isTraining: true)
    plainTraining = maker.loader(partition.training, chain)
    validation =
      partition.validation.isEmpty ? nil : maker.loader(partition.validation, chain)
    test = partition.test.isEmpty ? nil : maker.loader(partition.test, chain)
    targets = material.targets
    self.features = features
    self.facts =
      facts
      ?? DataFacts(
        features: features, targets: targets, classNames: material.classNames,
        vocabulary: material.vocabulary, columns: material.columns, fitted: chain.fitted,
        targetScale: material.targetScale(partition.training))
    let looked: [(Loader?, String)] = [
      (facts == nil ? nil : plainTraining, "training"), (validation, "validation"), (test, "test"),
    ]
    for case (let part?, let name) in looked {
      let found = try maker.features(part)
      guard found == features else {
        throw RecipeError(
          file: file, recipe.data.place,
          "makes \(found.words) of examples in the \(name) part, where \(features.words) is "
            + "expected; transforms must make one size")
      }
    }
  }
}

extension RecipeData {
  /// Pictures that stand in two parts, or twice in one; nil where examples are no pictures.
  ///
  /// - Throws: `DatasetError` when a picture cannot be read.
  package func leaks() throws(DatasetError) -> LeakReport? {
    switch material.examples {
    case .pictures(let pictures): try report(pictures)
    case .pictureBytes(let pictures): try report(pictures)
    case .sounds, .rows, .tokens, .texts: nil
    }
  }

  private func report(
    _ pictures: some Dataset<Labelled<Image>>
  ) throws(DatasetError) -> LeakReport {
    func part(_ number: Int) -> some Dataset<Labelled<Image>> {
      Subset(pictures, places: parts[number].places)
    }
    return try LeakReport(["training": part(0), "validation": part(1), "test": part(2)])
  }
}

extension Material {
  /// Mean and deviation of the targets of these examples; nil where targets are no numbers.
  func targetScale(_ places: [Int]) -> Standardization? {
    guard case .rows(let rows) = examples, case .numbers = targets else { return nil }
    var moments = ChannelMoments()
    let numbers = rows.targets.scalars(as: Float.self)
    moments.add(Tensor(places.map { numbers[$0] }, shape: [1, places.count]))
    return moments.standardization
  }

  /// What an example is before its transforms, in words.
  var startWords: String {
    switch examples {
    case .pictures, .pictureBytes: "a picture"
    case .sounds: "a sound"
    case .rows: "numbers"
    case .tokens, .texts: "tokens"
    }
  }
}
