# For a build on your own machine, with the builder qemu: what it leaves is converted, checked, and
# only then uploaded by whatever follows. The builder azure-arm leaves no file here to check.
build {
  sources = ["source.qemu.image"]

  post-processor "shell-local" {
    environment_vars = ["DISK=output/disk.qcow2", "IMAGE=output/disk.vhd"]
    inline_shebang   = "/bin/sh -eu"
    inline = [
      "qemu-img convert -f qcow2 -O vpc -o subformat=fixed,force_size \"$DISK\" \"$IMAGE\"",
      "vhd-preflight check --format human --format junit=output/vhd-preflight.xml -- \"$IMAGE\"",
    ]
  }
}
