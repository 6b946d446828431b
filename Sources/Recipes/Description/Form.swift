/// What a value in a recipe may be. Reading, messages, the JSON Schema and the reference are all made
/// from this one description.
package indirect enum Form: Sendable {
  /// `true` or `false`.
  case flag
  case integer(ClosedRange<Int>)
  case number(Range)
  case text
  /// One of some words.
  case choice([String])
  /// A list of so many values.
  case list(Form, count: ClosedRange<Int>)
  /// A mapping of any names to values.
  case map(Form)
  /// A mapping with known keys.
  case section([Key])
  /// A named thing with options.
  case variant(Family)
  /// The first of several forms that fits.
  case either([Form])

  /// An interval of numbers.
  package struct Range: Sendable, Hashable {
    package var lower: Double
    package var upper: Double
    package var includesLower = true
    package var includesUpper = true

    /// From a number on.
    static func from(_ lower: Double) -> Range { Range(lower: lower, upper: .infinity) }
    /// Above a number.
    static func above(_ lower: Double) -> Range {
      Range(lower: lower, upper: .infinity, includesLower: false)
    }
    /// 0 … 1.
    static let fraction = Range(lower: 0, upper: 1)
    /// 0 …, below 1.
    static let properFraction = Range(lower: 0, upper: 1, includesUpper: false)
    /// Every number.
    static let any = Range(lower: -.infinity, upper: .infinity)

    func contains(_ number: Double) -> Bool {
      (includesLower ? number >= lower : number > lower)
        && (includesUpper ? number <= upper : number < upper)
    }
  }
}

extension Form {
  /// A length along each of up to three axes: one number for all, or a list.
  static func lengths(_ range: ClosedRange<Int>) -> Form {
    .either([.integer(range), .list(.integer(range), count: 1...3)])
  }

  /// 1 and more.
  static let size = Form.integer(1...(1 << 24))
  /// 0 and more.
  static let amount = Form.integer(0...(1 << 24))
  /// What seeds random numbers.
  static let seed = Form.integer(0...Int.max)
}

/// A key of a mapping.
package struct Key: Sendable {
  package let name: String
  package let form: Form
  /// What counts where the key is absent, in YAML; nil where that is nothing.
  package let standard: String?
  package let isRequired: Bool
  /// What it says, in a sentence.
  package let summary: String

  /// A key that may be left out.
  init(_ name: String, _ form: Form, _ standard: String? = nil, _ summary: String) {
    (self.name, self.form, self.standard, self.summary) = (name, form, standard, summary)
    isRequired = false
  }

  /// A key that must be there.
  static func required(_ name: String, _ form: Form, _ summary: String) -> Key {
    Key(name, form, nil, summary, isRequired: true)
  }

  private init(
    _ name: String, _ form: Form, _ standard: String?, _ summary: String, isRequired: Bool
  ) {
    (self.name, self.form, self.standard, self.summary) = (name, form, standard, summary)
    self.isRequired = isRequired
  }
}

/// One of the things that a family names, with its options. It is written `name` where no option is
/// required, `name: value` where the first key's value is enough, and `name: {key: value, …}`.
package struct Variant: Sendable {
  package let name: String
  package let summary: String
  package let keys: [Key]
  /// Whether the first key's value may stand alone.
  package let hasShorthand: Bool
  /// A value for the reference and the tests, in YAML.
  package let example: String

  init(
    _ name: String, _ summary: String, example: String? = nil, hasShorthand: Bool = false,
    _ keys: [Key] = []
  ) {
    (self.name, self.summary, self.keys) = (name, summary, keys)
    self.hasShorthand = hasShorthand
    self.example = example ?? name
  }

  /// Whether the name alone is enough.
  var canStandAlone: Bool { !keys.contains(where: \.isRequired) }
}

/// What kinds of named things a recipe has.
package enum Family: String, Sendable, Hashable, CaseIterable {
  case source, transform, model, layer, loss, optimizer, schedule

  /// The things of this kind.
  package var variants: [Variant] {
    switch self {
    case .source: Variant.sources
    case .transform: Variant.transforms
    case .model: Variant.models
    case .layer: Variant.layers
    case .loss: Variant.losses
    case .optimizer: Variant.optimizers
    case .schedule: Variant.schedules
    }
  }
}
