# After NixOS' azure-image: a package that is the image, and that is only built if nothing blocks
# it. `azureImage` is config.system.build.azureImage, `name` the file in it.
{ runCommand, vhd-preflight, azureImage, name ? "disk.vhd" }:
runCommand "azure-image-checked" { nativeBuildInputs = [ vhd-preflight ]; } ''
  mkdir -p "$out"
  vhd-preflight check --disk os --os linux \
    --format human --format "junit=$out/vhd-preflight.xml" -- "${azureImage}/${name}"
  ln -s "${azureImage}/${name}" "$out/${name}"
''
