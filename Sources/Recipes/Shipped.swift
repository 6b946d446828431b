/// The recipes that the program carries.
package enum Shipped {
  /// Their names, sorted.
  package static let names = [
    "breast-cancer", "cifar10-resnet20", "diabetes", "digits", "mnist", "shakespeare-gpt",
    "shakespeare-lstm", "spoken-digits",
  ]

  /// The text of the recipe of this name; nil where there is none.
  package static func text(_ name: String) -> String? {
    let bytes: [UInt8]
    switch name {
    case "breast-cancer": bytes = PackageResources.breast_cancer_yaml
    case "cifar10-resnet20": bytes = PackageResources.cifar10_resnet20_yaml
    case "diabetes": bytes = PackageResources.diabetes_yaml
    case "digits": bytes = PackageResources.digits_yaml
    case "mnist": bytes = PackageResources.mnist_yaml
    case "shakespeare-gpt": bytes = PackageResources.shakespeare_gpt_yaml
    case "shakespeare-lstm": bytes = PackageResources.shakespeare_lstm_yaml
    case "spoken-digits": bytes = PackageResources.spoken_digits_yaml
    default: return nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
